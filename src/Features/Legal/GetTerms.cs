using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Http;

namespace Chatalot.Features.Legal;

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
