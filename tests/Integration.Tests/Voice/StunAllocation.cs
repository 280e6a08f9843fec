using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Chatalot.Integration.Tests.Voice;

/// <summary>
/// Asks a TURN relay for an allocation, as a browser does (RFC 5389, RFC 5766); no server code helps.
/// </summary>
internal static class StunAllocation
{
    private const ushort AllocateRequest = 0x0003;
    private const ushort AllocateSuccess = 0x0103;
    private const uint MagicCookie = 0x2112A442;
    private const int HeaderBytes = 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private enum Attribute : ushort
    {
        Username = 0x0006,
        MessageIntegrity = 0x0008,
        ErrorCode = 0x0009,
        Realm = 0x0014,
        Nonce = 0x0015,
        RequestedTransport = 0x0019,
    }

    /// <summary>The relay's answer: 0 for an allocation, else its error code.</summary>
    public static async Task<int> AllocateAsync(IPEndPoint relay, string username, string credential)
    {
        using var socket = new UdpClient(relay.AddressFamily);
        socket.Connect(relay);
        var challenge = await AskAsync(socket, Message([], key: null));
        if (ErrorOf(challenge) is not 401)
            return ErrorOf(challenge);
        var (realm, nonce) = (Find(challenge, Attribute.Realm)!, Find(challenge, Attribute.Nonce)!);
        // The long-term key is an MD5 by the protocol (RFC 5389 15.4).
#pragma warning disable CA5351
        var key = MD5.HashData(Encoding.UTF8.GetBytes($"{username}:{Encoding.UTF8.GetString(realm)}:{credential}"));
#pragma warning restore CA5351
        var attributes = new (Attribute, byte[])[]
        {
            (Attribute.Username, Encoding.UTF8.GetBytes(username)),
            (Attribute.Realm, realm),
            (Attribute.Nonce, nonce),
        };
        return ErrorOf(await AskAsync(socket, Message(attributes, key)));
    }

    private static async Task<byte[]> AskAsync(UdpClient socket, byte[] request)
    {
        using var limit = new CancellationTokenSource(Limit);
        await socket.SendAsync(request, limit.Token);
        return (await socket.ReceiveAsync(limit.Token)).Buffer;
    }

    private static byte[] Message((Attribute Type, byte[] Value)[] attributes, byte[]? key)
    {
        using var body = new MemoryStream();
        Append(body, Attribute.RequestedTransport, [17, 0, 0, 0]);
        foreach (var (type, value) in attributes)
            Append(body, type, value);
        var header = new byte[HeaderBytes];
        BinaryPrimitives.WriteUInt16BigEndian(header, AllocateRequest);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), MagicCookie);
        RandomNumberGenerator.Fill(header.AsSpan(8));
        if (key is not null)
        {
            // The signature covers the message with a length that counts it already.
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(body.Length + 24));
#pragma warning disable CA5350
            Append(body, Attribute.MessageIntegrity, HMACSHA1.HashData(key, (byte[])[.. header, .. body.ToArray()]));
#pragma warning restore CA5350
        }
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)body.Length);
        return [.. header, .. body.ToArray()];
    }

    private static void Append(MemoryStream body, Attribute type, byte[] value)
    {
        Span<byte> head = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)value.Length);
        body.Write(head);
        body.Write(value);
        body.Write(new byte[(4 - value.Length % 4) % 4]);
    }

    private static int ErrorOf(byte[] answer)
    {
        if (BinaryPrimitives.ReadUInt16BigEndian(answer) == AllocateSuccess)
            return 0;
        var error = Find(answer, Attribute.ErrorCode) ?? throw new InvalidDataException("neither allocation nor error");
        return error[2] * 100 + error[3];
    }

    private static byte[]? Find(byte[] message, Attribute wanted)
    {
        for (var at = HeaderBytes; at + 4 <= message.Length; )
        {
            var type = (Attribute)BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(at));
            var length = BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(at + 2));
            if (type == wanted)
                return message[(at + 4)..(at + 4 + length)];
            at += 4 + (length + 3) / 4 * 4;
        }
        return null;
    }
}
