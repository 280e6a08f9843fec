using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Chatalot.Bench.Wire;

/// <summary>
/// The client end of one WebSocket over plain TCP. Reads into a buffer that all sockets of a thread share and keeps
/// only what is left of an incomplete frame, so ten thousand idle sockets cost the generator next to nothing.
/// </summary>
internal sealed class ClientSocket(Socket socket) : IDisposable
{
    private byte[] _incomplete = [];
    private int _incompleteSize;
    private byte[] _unsent = [];
    private int _unsentSize;

    public SafeHandle Handle => socket.SafeHandle;

    /// <summary>The close code that the server gave, or null.</summary>
    public int? CloseCode { get; private set; }

    /// <summary>True while bytes wait for room in the send buffer: call <see cref="Flush"/> when there is.</summary>
    public bool HasUnsent => _unsentSize > 0;

    /// <summary>From now on, reads and writes return at once instead of waiting.</summary>
    public void StopBlocking() => socket.Blocking = false;

    /// <summary>Puts bytes that were read too early (behind the upgrade answer) in front of the next read.</summary>
    public void PushBack(ReadOnlySpan<byte> bytes) => Keep(bytes);

    /// <summary>
    /// Reads once and hands every complete text frame to the sink. Answers protocol pings. False when the connection is
    /// over.
    /// </summary>
    public bool Receive(byte[] scratch, IFrameSink sink)
    {
        _incomplete.AsSpan(0, _incompleteSize).CopyTo(scratch);
        var received = socket.Receive(scratch.AsSpan(_incompleteSize), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return true;
        if (received <= 0 || error != SocketError.Success)
            return false;
        return Deliver(scratch.AsSpan(0, _incompleteSize + received), scratch.Length, sink);
    }

    /// <summary>
    /// Sends a whole frame, or keeps what does not fit into the send buffer. False when the connection is over.
    /// </summary>
    public bool Send(ReadOnlySpan<byte> frame)
    {
        if (HasUnsent)
        {
            KeepUnsent(frame);
            return true;
        }
        var sent = socket.Send(frame, SocketFlags.None, out var error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
            return false;
        if (sent < frame.Length)
            KeepUnsent(frame[Math.Max(sent, 0)..]);
        return true;
    }

    /// <summary>Sends what was kept. False when the connection is over.</summary>
    public bool Flush()
    {
        var sent = socket.Send(_unsent.AsSpan(0, _unsentSize), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return true;
        if (error != SocketError.Success)
            return false;
        _unsent.AsSpan(sent, _unsentSize - sent).CopyTo(_unsent);
        _unsentSize -= sent;
        return true;
    }

    public void Dispose() => socket.Dispose();

    private bool Deliver(ReadOnlySpan<byte> bytes, int capacity, IFrameSink sink)
    {
        while (FrameHeader.TryRead(bytes, out var header) && bytes.Length - header.Size >= header.PayloadSize)
        {
            var payload = bytes.Slice(header.Size, header.PayloadSize);
            if (header.Opcode == Opcode.Text)
                sink.OnText(payload);
            else if (!HandleControl(header.Opcode, payload))
                return false;
            bytes = bytes[(header.Size + header.PayloadSize)..];
        }
        if (bytes.Length == capacity)
            throw new InvalidDataException($"the server sent a frame of more than {capacity} bytes");
        Keep(bytes);
        return true;
    }

    private bool HandleControl(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        if (opcode == Opcode.Close)
        {
            CloseCode = payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : 1005;
            return false;
        }
        return opcode != Opcode.Ping || Send(ClientFrames.Control(Opcode.Pong, payload));
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_incomplete.Length < bytes.Length)
            _incomplete = new byte[bytes.Length];
        bytes.CopyTo(_incomplete);
        _incompleteSize = bytes.Length;
    }

    private void KeepUnsent(ReadOnlySpan<byte> bytes)
    {
        if (_unsent.Length < _unsentSize + bytes.Length)
            Array.Resize(ref _unsent, Math.Max(_unsent.Length * 2, _unsentSize + bytes.Length));
        bytes.CopyTo(_unsent.AsSpan(_unsentSize));
        _unsentSize += bytes.Length;
    }
}
