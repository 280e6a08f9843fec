using System.Security.Cryptography;

namespace Chatalot.Host.Configuration;

/// <summary>Secrets that the server makes for itself at first start, readable by its own account alone.</summary>
internal static partial class SecretFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The secret in the file; a new one (64 hex digits) when there is none.</summary>
    /// <exception cref="IOException">The file cannot be read or written; the message names it.</exception>
    public static string ReadOrCreate(string path, ILogger log)
    {
        if (!File.Exists(path) && TryCreate(path, RandomNumberGenerator.GetHexString(64, lowercase: true)))
        {
            var fullPath = Path.GetFullPath(path);
            LogCreated(log, fullPath);
        }
        var secret = File.ReadAllText(path).Trim();
        return secret.Length > 0 ? secret : throw new IOException($"{path} is empty; remove it to get a new secret");
    }

    /// <summary>Complete or not at all, and never over a file that is there: two processes may start at once.</summary>
    private static bool TryCreate(string path, string secret)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        var draft = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var writer = new StreamWriter(draft, options))
            writer.WriteLine(secret);
        try
        {
            File.Move(draft, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
            return false;
        }
    }

    [LoggerMessage(
        EventId = 1,
        EventName = "SecretCreated",
        Level = LogLevel.Information,
        Message = "Made a new key for two-factor secrets: {Path} (keep it private and in your backups)"
    )]
    private static partial void LogCreated(ILogger log, string path);
}
