using Amazon.S3;
using Amazon.S3.Model;

namespace Chatalot.Shared.Storage.S3;

/// <summary>
/// Writes a draft to the bucket: small ones in one request, large ones in parts. Memory does not depend on the size.
/// </summary>
internal sealed class S3Writer(IAmazonS3 client, string bucket)
{
    /// <summary>With the 10 000 parts that a store allows: files of 160 GB.</summary>
    private const long PartBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan AbortLimit = TimeSpan.FromSeconds(10);

    /// <summary>All of it or nothing: an object shows only once the store has confirmed the whole.</summary>
    public async Task<bool> WriteAsync(string key, FileStream content, CancellationToken ct)
    {
        if (content.Length > PartBytes)
            await WritePartsAsync(key, content, ct);
        else
            await WriteWholeAsync(key, content, ct);
        return true;
    }

    private async Task WriteWholeAsync(string key, FileStream content, CancellationToken ct)
    {
        content.Position = 0;
        var request = new PutObjectRequest
        {
            BucketName = bucket,
            Key = key,
            InputStream = content,
            AutoCloseStream = false,
            // Signed as a whole: not every store takes signatures between the bytes.
            UseChunkEncoding = false,
        };
        await client.PutObjectAsync(request, ct);
    }

    private async Task WritePartsAsync(string key, FileStream content, CancellationToken ct)
    {
        var begun = await client.InitiateMultipartUploadAsync(bucket, key, ct);
        try
        {
            var parts = new List<PartETag>();
            for (var offset = 0L; offset < content.Length; offset += PartBytes)
            {
                var number = parts.Count + 1;
                content.Position = offset;
                var request = new UploadPartRequest
                {
                    BucketName = bucket,
                    Key = key,
                    UploadId = begun.UploadId,
                    PartNumber = number,
                    InputStream = content,
                    PartSize = Math.Min(PartBytes, content.Length - offset),
                    UseChunkEncoding = false,
                };
                var part = await client.UploadPartAsync(request, ct);
                parts.Add(new PartETag(number, part.ETag));
            }
            var whole = new CompleteMultipartUploadRequest
            {
                BucketName = bucket,
                Key = key,
                UploadId = begun.UploadId,
                PartETags = parts,
            };
            await client.CompleteMultipartUploadAsync(whole, ct);
        }
        catch
        {
            await AbortAsync(key, begun.UploadId);
            throw;
        }
    }

    /// <summary>
    /// Gives the parts back. What a store that went away keeps of them is its lifecycle rule's matter.
    /// </summary>
    private async Task AbortAsync(string key, string uploadId)
    {
        using var limit = new CancellationTokenSource(AbortLimit);
        try
        {
            await client.AbortMultipartUploadAsync(bucket, key, uploadId, limit.Token);
        }
        catch (Exception failure) when (S3Guard.IsOfStore(failure, CancellationToken.None))
        {
            // The first failure is the one to tell.
        }
    }
}
