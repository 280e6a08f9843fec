using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Scheduling;

namespace Chatalot.Features.Maintenance;

/// <summary>GET /api/admin/jobs: what runs when, how it went, what is next. Admins only.</summary>
public sealed class ListJobs(IJobs jobs) : EndpointWithoutRequest<IReadOnlyList<JobStatus>>
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/admin/jobs");
        Policies(InstancePolicy.Operator);
        Summary("Maintenance jobs with their schedule and history", 403);
    }

    /// <inheritdoc/>
    public override Task<IReadOnlyList<JobStatus>> ExecuteAsync(CancellationToken ct) => jobs.ListAsync(ct);
}
