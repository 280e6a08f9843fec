using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Settings;

/// <summary>GET /api/admin/settings: every setting, always as text. Operators only.</summary>
internal sealed class GetSettings(InstanceSettings settings) : EndpointWithoutRequest<Dictionary<string, string>>
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/admin/settings");
        Policies(InstancePolicy.Operator);
        Summary("Instance settings", 403);
    }

    /// <inheritdoc/>
    public override async Task<Dictionary<string, string>> ExecuteAsync(CancellationToken ct) =>
        (await settings.CurrentAsync(ct)).ToTexts();
}
