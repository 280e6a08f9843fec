using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Http;

namespace Chatalot.Features.Legal;

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
