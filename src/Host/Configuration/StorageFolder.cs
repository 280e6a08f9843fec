namespace Chatalot.Host.Configuration;

/// <summary>A folder that the server must be able to write to.</summary>
internal static class StorageFolder
{
    /// <summary>Creates the folder when missing and writes a file to it; null when that works, else why not.</summary>
    public static string? WhyNotWritable(string path)
    {
        var probe = Path.Combine(path, $".probe-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(path);
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }
}
