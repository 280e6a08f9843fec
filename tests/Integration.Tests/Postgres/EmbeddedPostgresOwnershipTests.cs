using System.Globalization;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Postgres.Embedded;

namespace Chatalot.Integration.Tests.Postgres;

/// <summary>Whose a cluster is when owners and postmasters die, and when two want it.</summary>
public sealed class EmbeddedPostgresOwnershipTests
{
    [Fact]
    public async Task Given_a_killed_owner_When_the_next_starts_Then_it_takes_over_the_running_server_and_stops_it()
    {
        await using var cluster = new PrivateCluster();
        await using (await cluster.StartAsync()) { }
        var orphan = await StartOrphanAsync(cluster);

        await using (var server = await cluster.StartAsync())
        {
            server.ProcessId.ShouldBe(orphan);
            (await PrivateCluster.AskAsync<int>(server.ConnectionString, "select 1")).ShouldBe(1);
        }

        PostmasterFile.IsAlive(cluster.Cluster).ShouldBeFalse();
    }

    [Fact]
    public async Task Given_a_pid_file_of_another_living_process_When_started_Then_it_does_not_matter()
    {
        await using var cluster = new PrivateCluster();
        await using (await cluster.StartAsync()) { }
        await File.WriteAllTextAsync(
            PostmasterFile.PathIn(cluster.Cluster),
            $"{Environment.ProcessId}\n{cluster.Cluster}\n1700000000\n5432\n/tmp\n\n\nready   \n"
        );

        await using var server = await cluster.StartAsync();

        (await PrivateCluster.AskAsync<int>(server.ConnectionString, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Given_a_socket_of_a_killed_server_whose_process_id_lives_When_started_Then_it_does_not_matter()
    {
        await using var cluster = new PrivateCluster();
        await using (await cluster.StartAsync()) { }
        var socket = Path.Combine(Path.GetDirectoryName(cluster.Cluster)!, "socket", ".s.PGSQL.5432");
        // PostgreSQL believes in processes of its own user only.
        var other = (await TestCluster.GetAsync()).ConnectionString("chatalot");
        var processId = await PrivateCluster.AskAsync<int>(
            other,
            "select pid from pg_stat_activity where backend_type = 'checkpointer'"
        );
        await File.WriteAllTextAsync(socket, "");
        await File.WriteAllTextAsync(
            socket + ".lock",
            $"{processId}\n{cluster.Cluster}\n1700000000\n5432\n{Path.GetDirectoryName(socket)}\n"
        );

        await using var server = await cluster.StartAsync();

        (await PrivateCluster.AskAsync<int>(server.ConnectionString, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Given_the_postmaster_is_killed_When_a_moment_has_passed_Then_it_runs_again()
    {
        await using var cluster = new PrivateCluster();
        await using var server = await cluster.StartAsync();
        var killed = server.ProcessId;

        await PrivateCluster.SignalAsync(killed, "KILL");
        await Eventually.HoldsAsync(
            () => cluster.Log.All.Any(line => line.Contains("is ready again")),
            "PostgreSQL runs again"
        );

        server.ProcessId.ShouldNotBe(killed);
        (await PrivateCluster.AskAsync<int>(server.ConnectionString, "select 1")).ShouldBe(1);
        cluster.Log.All.ShouldContain(line => line.StartsWith("Warning: PostgreSQL ended unexpectedly"));
    }

    [Fact]
    public async Task A_second_owner_of_the_folder_is_refused()
    {
        await using var cluster = new PrivateCluster();
        await using var server = await cluster.StartAsync();

        var refused = await Should.ThrowAsync<EmbeddedPostgresException>(cluster.StartAsync);

        refused.Message.ShouldBe(
            $"Another running server uses the database in {cluster.Folder}. "
                + "Stop it first, or choose another data folder."
        );
        (await PrivateCluster.AskAsync<int>(server.ConnectionString, "select 1")).ShouldBe(1);
    }

    /// <summary>What a server leaves behind that is killed: PostgreSQL runs, the lock is gone.</summary>
    private static async Task<int> StartOrphanAsync(PrivateCluster cluster)
    {
        using var folder = ClusterFolder.Open(cluster.Folder, ServerAccount.ForThisProcess());
        var programs = new ServerPrograms(PostgresBinaries.Find(null, folder.MajorVersion), folder);
        using var postmaster = Postmaster.Start(folder, programs);
        await postmaster.WaitUntilReadyAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        return int.Parse(File.ReadLines(PostmasterFile.PathIn(cluster.Cluster)).First(), CultureInfo.InvariantCulture);
    }
}
