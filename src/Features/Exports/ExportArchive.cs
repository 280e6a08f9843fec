namespace Chatalot.Features.Exports;

/// <summary>Where archives are kept.</summary>
internal static class ExportArchive
{
    /// <summary>How long an archive can be downloaded.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromHours(24);

    /// <summary>Where they are in the file store.</summary>
    public const string Folder = "exports";

    /// <summary>The key in the file store.</summary>
    public static string KeyOf(Guid exportId) => $"{Folder}/{exportId:n}.zip";
}
