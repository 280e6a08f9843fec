using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Http;
using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.Hosting;

namespace Chatalot.Features.Maintenance;

/// <summary>
/// POST /api/admin/jobs/{name}/run: runs a job now, under the same locks as its ticks, and answers with what it did.
/// With
/// <c>dry_run</c> it only tells what it would do, where a job can. Admins only; audited.
/// </summary>
public sealed class RunJob(
    IJobs jobs,
    IDocumentSession documents,
    IHostApplicationLifetime lifetime,
    TimeProvider clock
) : Endpoint<RunJob.Command, JobRunSummary>
{
    /// <summary>Which job.</summary>
    /// <param name="Name">The job's name, as the list shows it.</param>
    /// <summary>Which job to run.</summary>
    /// <param name="DryRun">Change nothing.</param>
    public sealed record Command(string Name, bool? DryRun);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/admin/jobs/{name}/run");
        Policies(InstancePolicy.Operator);
        Summary("Run a maintenance job now", 403, 404, 409);
        Options(route => route.MayLast());
    }

    /// <inheritdoc/>
    public override async Task<JobRunSummary> ExecuteAsync(Command command, CancellationToken ct)
    {
        var isDryRun = command.DryRun == true;
        // A stop of the server cuts it off as it does a tick's run, instead of waiting for the request.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct, lifetime.ApplicationStopping);
        var run = await RunAsync(command.Name, isDryRun, end.Token);
        var facts = new JsonObject
        {
            ["job"] = command.Name,
            ["dry_run"] = isDryRun,
            ["outcome"] = run.Outcome,
        };
        documents.QueueAudit("admin_run_job", User.Id(), AuditOrigin.Of(HttpContext), clock.GetUtcNow(), facts);
        await documents.SaveChangesAsync(ct);
        return run;
    }

    private async Task<JobRunSummary> RunAsync(string job, bool isDryRun, CancellationToken ct)
    {
        try
        {
            return await jobs.RunNowAsync(job, isDryRun, ct)
                ?? throw Failure.Conflict("this job is running already").AsException();
        }
        catch (KeyNotFoundException)
        {
            throw Failure.NotFound("job not found").AsException();
        }
        catch (NotSupportedException)
        {
            throw Failure.Validation("this job has no dry run").AsException();
        }
    }
}
