using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Chatalot.Bench.Wire;

/// <summary>
/// Linux readiness notification for thousands of sockets on one thread. The framework's own engine would wake a second
/// thread for every arrival; here the thread that waits is the thread that reads.
/// </summary>
internal sealed partial class Epoll : IDisposable
{
    private const int AddOperation = 1;
    private const int ModifyOperation = 3;
    private const int InterruptedCall = 4;
    private const uint In = 0x1;
    private const uint Out = 0x4;

    // struct epoll_event is packed on x86-64 only (epoll_ctl(2)).
    private static readonly int TagOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventSize = TagOffset + sizeof(long);

    private readonly SafeFileHandle _handle;
    private readonly byte[] _events;
    private readonly int _capacity;

    public Epoll(int capacity)
    {
        _capacity = capacity;
        _events = new byte[capacity * EventSize];
        var descriptor = epoll_create1(0);
        if (descriptor < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        _handle = new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>
    /// Watches a socket for incoming bytes; <paramref name="tag"/> comes back with each notification.
    /// </summary>
    public void Add(SafeHandle socket, int tag) => Control(AddOperation, socket, tag, In);

    /// <summary>Also watches for room in the send buffer, or stops doing so.</summary>
    public void WatchWritable(SafeHandle socket, int tag, bool watch) =>
        Control(ModifyOperation, socket, tag, watch ? In | Out : In);

    /// <summary>Waits at most <paramref name="milliseconds"/>; returns how many notifications can be read.</summary>
    public int Wait(int milliseconds)
    {
        var count = epoll_wait(_handle, _events, _capacity, milliseconds);
        if (count >= 0)
            return count;
        var error = Marshal.GetLastPInvokeError();
        return error == InterruptedCall ? 0 : throw new Win32Exception(error);
    }

    public (int Tag, bool Writable) this[int index]
    {
        get
        {
            var entry = _events.AsSpan(index * EventSize, EventSize);
            var flags = BinaryPrimitives.ReadUInt32LittleEndian(entry);
            return ((int)BinaryPrimitives.ReadInt64LittleEndian(entry[TagOffset..]), (flags & Out) != 0);
        }
    }

    public void Dispose() => _handle.Dispose();

    private void Control(int operation, SafeHandle socket, int tag, uint flags)
    {
        Span<byte> entry = stackalloc byte[EventSize];
        BinaryPrimitives.WriteUInt32LittleEndian(entry, flags);
        BinaryPrimitives.WriteInt64LittleEndian(entry[TagOffset..], tag);
        if (epoll_ctl(_handle, operation, socket, entry) < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(SafeHandle epoll, int operation, SafeHandle socket, Span<byte> entry);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(SafeHandle epoll, [Out] byte[] events, int capacity, int milliseconds);
}
