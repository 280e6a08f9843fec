using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chatalot.Shared.Storage.S3;

/// <summary>
/// Keeps originals in a bucket, one object a key. Requests touch single objects; only maintenance lists the bucket.
/// </summary>
public sealed class S3Storage : IBlobStorage, IDisposable
{
    /// <summary>Written to see whether one can; begins with a dot, as no key does.</summary>
    private const string Probe = ".probe";

    private readonly AmazonS3Client client;
    private readonly S3Options options;
    private readonly S3Guard guard;
    private readonly S3Writer writer;

    /// <summary>Makes the client; the first call connects.</summary>
    public S3Storage(S3Options options, ILogger<S3Storage> log)
    {
        this.options = options;
        guard = new S3Guard(log);
        client = new AmazonS3Client(new BasicAWSCredentials(options.AccessKey, options.SecretKey), ConfigOf(options));
        writer = new S3Writer(client, options.Bucket);
    }

    /// <inheritdoc/>
    public Task StoreAsync(string key, Draft draft, CancellationToken ct) =>
        guard.RunAsync(() => writer.WriteAsync(NameOf(key), draft.Stream, ct), ct);

    /// <inheritdoc/>
    public async ValueTask<Blob?> FindAsync(string key, CancellationToken ct)
    {
        var name = NameOf(key);
        try
        {
            var found = await guard.RunAsync(() => client.GetObjectMetadataAsync(options.Bucket, name, ct), ct);
            return new S3Blob(this, name) { Length = found.ContentLength, StoredAt = TimeOf(found.LastModified) };
        }
        catch (AmazonS3Exception missing) when (S3Guard.IsMissing(missing))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string key, CancellationToken ct)
    {
        try
        {
            await guard.RunAsync(() => client.DeleteObjectAsync(options.Bucket, NameOf(key), ct), ct);
        }
        catch (AmazonS3Exception missing) when (S3Guard.IsMissing(missing))
        {
            // Then it need not be deleted.
        }
    }

    /// <summary>A bucket's trash is its versioning: see docs/operations/object-storage.md.</summary>
    public Task DiscardAsync(string key, DateTimeOffset now, CancellationToken ct) => DeleteAsync(key, ct);

    /// <inheritdoc/>
    public Task EmptyTrashAsync(DateTimeOffset before, CancellationToken ct) => Task.CompletedTask;

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobEntry> ListAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var request = new ListObjectsV2Request { BucketName = options.Bucket, Prefix = options.Prefix };
        do
        {
            var page = await guard.RunAsync(() => client.ListObjectsV2Async(request, ct), ct);
            foreach (var found in page.S3Objects ?? [])
            {
                var key = found.Key[options.Prefix.Length..];
                if (BlobKey.IsValid(key))
                    yield return new BlobEntry(key, found.Size ?? 0, TimeOf(found.LastModified));
            }
            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        } while (request.ContinuationToken is not null);
    }

    /// <inheritdoc/>
    public async Task<StorageProblem?> FindProblemAsync(CancellationToken ct)
    {
        var request = new PutObjectRequest
        {
            BucketName = options.Bucket,
            Key = options.Prefix + Probe,
            ContentBody = "",
            UseChunkEncoding = false,
        };
        try
        {
            await client.PutObjectAsync(request, ct);
            return null;
        }
        catch (AmazonServiceException refusal) when ((int)refusal.StatusCode is >= 400 and < 500)
        {
            return new StorageProblem($"the bucket cannot be written to: {S3Guard.Describe(refusal)}", IsLasting: true);
        }
        catch (Exception failure) when (S3Guard.IsOfStore(failure, ct))
        {
            return new StorageProblem(S3Guard.Describe(failure), IsLasting: false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private string NameOf(string key) => options.Prefix + BlobKey.Check(key);

    /// <summary>Without a time it counts as new: maintenance leaves new ones alone.</summary>
    private static DateTimeOffset TimeOf(DateTime? modified) =>
        modified is { } time ? new DateTimeOffset(time.ToUniversalTime()) : DateTimeOffset.MaxValue;

    private static AmazonS3Config ConfigOf(S3Options options)
    {
        var config = new AmazonS3Config
        {
            AuthenticationRegion = options.Region,
            ForcePathStyle = options.UsesPathStyle,
            // The newer checksums are sent only where the protocol demands them: not every store knows them.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            Timeout = TimeSpan.FromSeconds(60),
            MaxErrorRetry = 1, // Clients repeat by themselves.
        };
        if (options.Endpoint is { } endpoint)
            config.ServiceURL = endpoint.ToString();
        else
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        return config;
    }

    /// <summary>The bytes of a range, or all.</summary>
    /// <exception cref="FileNotFoundException">The object went in between.</exception>
    private async Task<GetObjectResponse> GetAsync(string name, ByteRange? range, CancellationToken ct)
    {
        var request = new GetObjectRequest
        {
            BucketName = options.Bucket,
            Key = name,
            ByteRange = range,
        };
        try
        {
            return await guard.RunAsync(() => client.GetObjectAsync(request, ct), ct);
        }
        catch (AmazonS3Exception missing) when (S3Guard.IsMissing(missing))
        {
            throw new FileNotFoundException("the object is gone", missing);
        }
    }

    private sealed class S3Blob(S3Storage storage, string name) : Blob
    {
        private const int BufferBytes = 128 * 1024;

        public override async Task<Stream> OpenAsync(CancellationToken ct) =>
            (await storage.GetAsync(name, range: null, ct)).ResponseStream;

        public override async Task SendAsync(HttpResponse response, long offset, long count, CancellationToken ct)
        {
            var range = offset == 0 && count == Length ? null : new ByteRange(offset, offset + count - 1);
            using var answer = await storage.GetAsync(name, range, ct);
            if (answer.ContentLength != count)
                throw StorageFailures.Unavailable.AsException(); // a store that knows no ranges
            try
            {
                await answer.ResponseStream.CopyToAsync(response.Body, BufferBytes, ct);
            }
            catch (Exception failure) when (S3Guard.IsOfStore(failure, ct))
            {
                throw StorageFailures.Unavailable.AsException();
            }
        }
    }
}
