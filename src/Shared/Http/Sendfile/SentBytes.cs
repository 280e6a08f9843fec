using System.Buffers.Binary;
using System.Net.Sockets;

namespace Chatalot.Shared.Http.Sendfile;

/// <summary>
/// How many bytes a TCP socket has taken since it was opened, by what the kernel says of it (<c>TCP_INFO</c>, tcp(7);
/// offsets of <c>struct tcp_info</c> in linux/tcp.h): what was sent once, and what waits to be sent.
/// </summary>
internal static class SentBytes
{
    private const int Tcp = 6;
    private const int TcpInfo = 11;
    private const int NotSent = 144;
    private const int Sent = 200;
    private const int SentAgain = 208;
    private const int Needed = 216;

    /// <summary>Not on other systems, local sockets and kernels before 4.19.</summary>
    public static bool AreKnown(Socket socket) =>
        OperatingSystem.IsLinux()
        && socket.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6
        && Of(socket) is not null;

    /// <summary>Null when the socket is closed or does not say.</summary>
    public static long? Of(Socket socket)
    {
        Span<byte> info = stackalloc byte[Needed];
        try
        {
            if (socket.GetRawSocketOption(Tcp, TcpInfo, info) < Needed)
                return null;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            return null;
        }
        return Long(info, Sent) - Long(info, SentAgain) + BinaryPrimitives.ReadUInt32LittleEndian(info[NotSent..]);
    }

    private static long Long(ReadOnlySpan<byte> info, int at) => BinaryPrimitives.ReadInt64LittleEndian(info[at..]);
}
