using System.Net;
using System.Security.Cryptography;

namespace Chatalot.Bench.Load;

/// <summary>
/// A file of a size that no other run has uploaded, so that the server cannot link it to bytes that it has: an
/// archive's first bytes, a random mark, and random megabytes over and over. Its checksum is known before anything is
/// measured.
/// </summary>
internal sealed class UploadedFile
{
    private static readonly byte[] Filling = RandomNumberGenerator.GetBytes(1024 * 1024);

    private readonly byte[] _head = [.. "PK\u0003\u0004"u8, .. RandomNumberGenerator.GetBytes(28)];

    public UploadedFile(long bytes)
    {
        Bytes = bytes;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var piece in Pieces())
            hash.AppendData(piece.Span);
        Checksum = Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public long Bytes { get; }

    /// <summary>SHA-256 in lower-case hexadecimal.</summary>
    public string Checksum { get; }

    /// <summary>The whole file, piece by piece.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        yield return _head;
        for (var left = Bytes - _head.Length; left > 0; left -= Filling.Length)
            yield return Filling.AsMemory(0, (int)Math.Min(left, Filling.Length));
    }

    /// <summary>The file as the body of a form's part.</summary>
    public HttpContent AsContent() => new Content(this);

    private sealed class Content(UploadedFile file) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (var piece in file.Pieces())
                await stream.WriteAsync(piece);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = file.Bytes;
            return true;
        }
    }
}
