using Chatalot.Shared.Errors;
using Microsoft.Extensions.Logging;

namespace Chatalot.Shared.Storage;

/// <summary>Removing bytes that nothing points at any more.</summary>
public static partial class BlobRemoval
{
    /// <summary>
    /// Deletes them. What was asked for is done by then, so a store that cannot be reached is logged only; the orphan
    /// job finds the bytes.
    /// </summary>
    public static async Task DeleteOrLogAsync(this IBlobStorage storage, string key, ILogger log)
    {
        try
        {
            await storage.DeleteAsync(key, CancellationToken.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FailureException)
        {
            LogNotDeleted(log, failure.Message, key);
        }
    }

    [LoggerMessage(
        EventName = "BytesNotDeleted",
        Level = LogLevel.Warning,
        Message = "Stored bytes that nothing points at could not be deleted key={Key}: {Reason}"
    )]
    private static partial void LogNotDeleted(ILogger log, string reason, string key);
}
