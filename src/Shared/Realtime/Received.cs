using System.Buffers;

namespace Chatalot.Shared.Realtime;

/// <summary>What came in over a socket.</summary>
public enum ReceivedKind
{
    /// <summary>A text message.</summary>
    Text,

    /// <summary>A binary message; this protocol has none.</summary>
    Binary,

    /// <summary>A text message beyond the bound; it was read to its end and forgotten.</summary>
    TooLarge,

    /// <summary>Nothing more will come.</summary>
    Closed,
}

/// <summary>What came in over a socket.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Utf8">The text, valid UTF-8 (the framework refuses anything else); empty for other kinds.</param>
public readonly record struct Received(ReceivedKind Kind, ReadOnlyMemory<byte> Utf8);

/// <summary>
/// Memory for one message at a time, rented while a message is being read and handled, not while a socket is idle.
/// </summary>
public sealed class ReceiveBuffer : IDisposable
{
    private const int Smallest = 4096;

    private byte[]? rented;

    /// <summary>Gives the memory back until the next message.</summary>
    public void Release()
    {
        if (rented is null)
            return;
        ArrayPool<byte>.Shared.Return(rented);
        rented = null;
    }

    /// <inheritdoc/>
    public void Dispose() => Release();

    internal Memory<byte> Room(int used, int most)
    {
        if (rented is null)
        {
            rented = ArrayPool<byte>.Shared.Rent(Math.Min(Smallest, most));
        }
        else if (used == rented.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Min(rented.Length * 2, most));
            rented.AsSpan(0, used).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(rented);
            rented = larger;
        }
        return rented.AsMemory(used, Math.Min(rented.Length, most) - used);
    }

    internal Memory<byte> Scratch() => (rented ??= ArrayPool<byte>.Shared.Rent(Smallest)).AsMemory();

    internal ReadOnlyMemory<byte> Written(int count) => rented.AsMemory(0, count);
}
