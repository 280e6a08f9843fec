using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Logging;

namespace Chatalot.Features.Operations;

/// <summary>GET /api/admin/log-level: the verbosity that holds now. Operators only.</summary>
public sealed class GetLogLevel(LogLevelOverride level, LogPipeline log) : EndpointWithoutRequest<LogLevelResponse>
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/admin/log-level");
        Policies(InstancePolicy.Operator);
        Summary("The verbosity that holds now", 403);
    }

    /// <inheritdoc/>
    public override Task<LogLevelResponse> ExecuteAsync(CancellationToken ct) =>
        Task.FromResult(LogLevelResponse.Of(level, log));
}
