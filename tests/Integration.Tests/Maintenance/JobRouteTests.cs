using Chatalot.Features.Maintenance;
using Chatalot.Features.Spaces;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Maintenance;

/// <summary>What admins see of the jobs and can do with them.</summary>
public sealed class JobRouteTests
{
    [Fact]
    public async Task Given_an_admin_When_they_run_a_job_Then_it_ran_is_listed_and_audited()
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.AddPersonAsync("ada", InstanceRole.Admin);

        var run = (await ada.PostAsync("/admin/jobs/PruneAuditLog/run")).Json;

        run.GetProperty("outcome").GetString().ShouldBe("succeeded");
        var job = (await ada.GetAsync("/admin/jobs")).Rows.Single(row =>
            row.GetProperty("name").GetString() == nameof(PruneAuditLog)
        );
        job.GetProperty("schedule").GetString().ShouldBe("0 0 * * * ?");
        job.GetProperty("last_run").GetProperty("outcome").GetString().ShouldBe("succeeded");
        job.GetProperty("consecutive_failures").GetInt32().ShouldBe(0);
        job.GetProperty("history").GetArrayLength().ShouldBe(1);
        (
            await server.QueryAsync<string>("select metadata ->> 'job' from audit_log where action = 'admin_run_job'")
        ).ShouldBe(nameof(PruneAuditLog));
    }

    [Fact]
    public async Task Given_others_Then_jobs_are_not_theirs_to_see_or_run()
    {
        await using var server = await TestServer.StartAsync();
        var bob = await server.AddPersonAsync("bob");

        (await bob.GetAsync("/admin/jobs")).ShouldFail(403, "forbidden");
        (await bob.PostAsync("/admin/jobs/PruneAuditLog/run")).ShouldFail(403, "forbidden");
        (await bob.PostAsync("/admin/jobs/Nothing/run")).ShouldFail(403, "forbidden");
    }

    [Fact]
    public async Task Given_a_job_that_is_not_there_or_has_no_dry_run_Then_that_is_said()
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.AddPersonAsync("ada", InstanceRole.Admin);

        (await ada.PostAsync("/admin/jobs/Nothing/run")).ShouldFail(404, "job not found");
        (await ada.PostAsync("/admin/jobs/PruneAuditLog/run?dry_run=true")).ShouldFail(400, "this job has no dry run");
    }

    [Fact]
    public async Task Given_a_job_that_fails_Then_its_error_and_its_failures_in_a_row_are_told_until_it_works_again()
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.AddPersonAsync("ada", InstanceRole.Admin);
        await server.ExecuteAsync("alter table login_failures rename to away");
        for (var i = 0; i < 3; i++)
            (await server.RunJobAsync<PruneLeftovers>()).Outcome.ShouldBe("failed");

        var failing = await StatusAsync();
        failing.GetProperty("consecutive_failures").GetInt32().ShouldBe(3);
        failing.GetProperty("last_run").GetProperty("error").GetString()!.ShouldContain("login_failures");

        await server.ExecuteAsync("alter table away rename to login_failures");
        await server.RunJobAsync<PruneLeftovers>();
        (await StatusAsync()).GetProperty("consecutive_failures").GetInt32().ShouldBe(0);

        async Task<System.Text.Json.JsonElement> StatusAsync() =>
            (await ada.GetAsync("/admin/jobs")).Rows.Single(row =>
                row.GetProperty("name").GetString() == nameof(PruneLeftovers)
            );
    }

    [Fact]
    public async Task Given_runs_that_find_nothing_Then_the_history_keeps_one_an_hour()
    {
        await using var server = await TestServer.StartAsync();
        for (var i = 0; i < 3; i++)
            await server.RunJobAsync<PrunePrekeys>();
        server.Clock.Advance(TimeSpan.FromMinutes(61));
        await server.RunJobAsync<PrunePrekeys>();

        (await server.QueryAsync<long>("select count(*) from maintenance_runs where job = 'PrunePrekeys'")).ShouldBe(2);
    }
}
