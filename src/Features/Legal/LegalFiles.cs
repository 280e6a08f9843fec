namespace Chatalot.Features.Legal;

/// <summary>Reads the operator's files, again only when they have changed.</summary>
internal sealed class LegalFiles(LegalOptions options)
{
    private const long MostBytes = 256 * 1024;

    private volatile Dictionary<string, Known> known = [];

    /// <summary>The operator's text, or null when there is none.</summary>
    public async Task<string?> ReadAsync(string name, CancellationToken ct)
    {
        var file = new FileInfo(Path.Combine(options.Folder, name));
        if (!file.Exists || file.Length > MostBytes)
            return null;
        if (known.TryGetValue(name, out var before) && before.Time == file.LastWriteTimeUtc)
            return before.Text;
        try
        {
            var text = LegalText.WithoutHtml(await File.ReadAllTextAsync(file.FullName, ct));
            var read = new Known(file.LastWriteTimeUtc, string.IsNullOrWhiteSpace(text) ? null : text);
            known = new Dictionary<string, Known>(known) { [name] = read };
            return read.Text;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private sealed record Known(DateTime Time, string? Text);
}
