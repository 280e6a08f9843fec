using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Chatalot.Shared.Errors;
using Microsoft.Extensions.Logging;

namespace Chatalot.Shared.Storage.S3;

/// <summary>
/// Runs calls to the store: what goes wrong there becomes 503 or 507, and the log says once that the store is lost and
/// once that it is back.
/// </summary>
internal sealed partial class S3Guard(ILogger<S3Storage> log)
{
    private static readonly string[] CodesOfFull = ["InsufficientStorage", "QuotaExceeded", "XMinioStorageFull"];

    private int isLost;

    /// <summary>The call's result; not found is the caller's matter.</summary>
    /// <exception cref="FailureException">503: it does not answer or refuses us; 507: it is full.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> call, CancellationToken ct)
    {
        try
        {
            var result = await call();
            Found();
            return result;
        }
        catch (AmazonS3Exception missing) when (IsMissing(missing))
        {
            Found();
            throw;
        }
        catch (Exception failure) when (IsOfStore(failure, ct))
        {
            throw Refusal(failure).AsException();
        }
    }

    /// <summary>The object is not there. A bucket that is not there is something else.</summary>
    public static bool IsMissing(AmazonS3Exception answer) =>
        answer is { StatusCode: HttpStatusCode.NotFound, ErrorCode: not "NoSuchBucket" };

    /// <summary>Whether it came from the store or from the way there; a caller who has gone is neither.</summary>
    public static bool IsOfStore(Exception failure, CancellationToken ct) =>
        !ct.IsCancellationRequested
        && failure
            is AmazonServiceException
                or AmazonClientException
                or HttpRequestException
                or IOException
                or TimeoutException
                or OperationCanceledException;

    /// <summary>For people who look after the store; names no key.</summary>
    public static string Describe(Exception failure) =>
        failure is AmazonServiceException { ErrorCode: { Length: > 0 } code } answer
            ? $"{code} ({(int)answer.StatusCode})"
            : failure.GetBaseException().Message;

    private Failure Refusal(Exception failure)
    {
        if (failure is AmazonServiceException answer && IsFull(answer))
        {
            LogFull(log, Describe(failure));
            return StorageFailures.StoreFull;
        }
        if (Interlocked.Exchange(ref isLost, 1) == 0)
            LogLost(log, Describe(failure));
        return StorageFailures.Unavailable;
    }

    private static bool IsFull(AmazonServiceException answer) =>
        answer.StatusCode is HttpStatusCode.InsufficientStorage || CodesOfFull.Contains(answer.ErrorCode);

    private void Found()
    {
        if (Interlocked.Exchange(ref isLost, 0) == 1)
            LogBack(log);
    }

    [LoggerMessage(EventName = "FileStoreLost", Level = LogLevel.Error, Message = "File store lost: {Reason}")]
    private static partial void LogLost(ILogger log, string reason);

    [LoggerMessage(EventName = "FileStoreBack", Level = LogLevel.Information, Message = "File store back")]
    private static partial void LogBack(ILogger log);

    [LoggerMessage(EventName = "FileStoreFull", Level = LogLevel.Error, Message = "File store full: {Reason}")]
    private static partial void LogFull(ILogger log, string reason);
}
