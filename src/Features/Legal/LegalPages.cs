using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Http;

namespace Chatalot.Features.Legal;

/// <summary>A legal text.</summary>
/// <param name="Title">For people.</param>
/// <param name="Body">Markdown without HTML.</param>
public sealed record LegalPage(string Title, string Body);

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

/// <summary>GET /api/legal/privacy: what happens to people's data.</summary>
internal sealed class GetPrivacyPolicy(LegalFiles files, LegalOptions options) : EndpointWithoutRequest<LegalPage>
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/legal/privacy");
        AllowAnonymous();
        Options(endpoint => endpoint.WorksWithoutDatabase());
        Summary("Privacy policy");
    }

    /// <inheritdoc/>
    public override async Task<LegalPage> ExecuteAsync(CancellationToken ct) =>
        new("Privacy Policy", await files.ReadAsync("privacy-policy.md", ct) ?? LegalText.Privacy(options));
}

/// <summary>GET /api/legal/terms: what people agree to.</summary>
internal sealed class GetTerms(LegalFiles files, LegalOptions options) : EndpointWithoutRequest<LegalPage>
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/legal/terms");
        AllowAnonymous();
        Options(endpoint => endpoint.WorksWithoutDatabase());
        Summary("Terms of service");
    }

    /// <inheritdoc/>
    public override async Task<LegalPage> ExecuteAsync(CancellationToken ct) =>
        new("Terms of Service", await files.ReadAsync("terms-of-service.md", ct) ?? LegalText.Terms(options));
}
