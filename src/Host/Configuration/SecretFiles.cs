using System.Security.Cryptography;
using Chatalot.Shared.Security;

namespace Chatalot.Host.Configuration;

/// <summary>Secrets that the server makes for itself at first start, readable by its own account alone.</summary>
internal static partial class SecretFiles
{
    /// <summary>The secret in the file; a new one (64 hex digits) when there is none.</summary>
    /// <exception cref="IOException">The file cannot be read or written; the message names it.</exception>
    public static string ReadOrCreate(string path, ILogger log)
    {
        if (!File.Exists(path) && KeyFile.TryCreate(path, RandomNumberGenerator.GetHexString(64, lowercase: true)))
        {
            var fullPath = Path.GetFullPath(path);
            LogCreated(log, fullPath);
        }
        var secret = File.ReadAllText(path).Trim();
        return secret.Length > 0 ? secret : throw new IOException($"{path} is empty; remove it to get a new secret");
    }

    [LoggerMessage(
        EventId = 1,
        EventName = "SecretCreated",
        Level = LogLevel.Information,
        Message = "Made a new key for two-factor secrets: {Path} (keep it private and in your backups)"
    )]
    private static partial void LogCreated(ILogger log, string path);
}
