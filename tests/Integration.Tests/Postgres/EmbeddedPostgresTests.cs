using Chatalot.Shared.Postgres;

namespace Chatalot.Integration.Tests.Postgres;

public sealed class EmbeddedPostgresTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task A_cluster_is_created_once_and_found_again()
    {
        await using var cluster = new PrivateCluster();
        await using (var first = await cluster.StartAsync())
            await PrivateCluster.AskAsync<int>(first.ConnectionString, "create table kept (id int); select 1");

        await using var second = await cluster.StartAsync();

        (await PrivateCluster.AskAsync<long>(second.ConnectionString, "select count(*) from kept")).ShouldBe(0);
        cluster.Log.All.Count(line => line.Contains("Created a private PostgreSQL")).ShouldBe(1);
    }

    [Fact]
    public async Task A_durable_cluster_acknowledges_only_what_is_on_disk_and_listens_to_nobody_else()
    {
        await using var cluster = new PrivateCluster();
        await using var server = await EmbeddedPostgres.StartAsync(
            cluster.Options with
            {
                Durable = true,
            },
            cluster.Log,
            CancellationToken.None
        );

        var settings = await PrivateCluster.AskAsync<string>(
            server.ConnectionString,
            """
            select string_agg(name || '=' || setting, ' ' order by name) from pg_settings where name in
            ('fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'listen_addresses', 'server_encoding',
             'TimeZone', 'unix_socket_permissions')
            """
        );

        settings.ShouldBe(
            "TimeZone=UTC data_checksums=on fsync=on full_page_writes=on listen_addresses= server_encoding=UTF8 "
                + "synchronous_commit=on unix_socket_permissions=0700"
        );
    }

    [Fact]
    public async Task Statement_statistics_work_out_of_the_box()
    {
        await using var cluster = new PrivateCluster();
        await using var server = await cluster.StartAsync();
        await PrivateCluster.AskAsync<int>(server.ConnectionString, "select 4711 as marker");

        var calls = await PrivateCluster.AskAsync<long>(
            server.ConnectionString,
            "select sum(calls)::bigint from pg_stat_statements where query like '%as marker'"
        );
        var passwords = await PrivateCluster.AskAsync<long>(
            server.ConnectionString,
            "select count(*) from pg_stat_statements where query ilike '%password ''%'"
        );

        calls.ShouldBe(1);
        passwords.ShouldBe(0);
    }

    [Fact]
    public async Task Passwords_are_private_and_the_server_is_not_root()
    {
        await using var cluster = new PrivateCluster();
        await using var server = await cluster.StartAsync();

        foreach (var file in new[] { "superuser.password", "chatalot.password" })
            File.GetUnixFileMode(Path.Combine(cluster.Folder, file)).ShouldBe(OwnerOnly, file);
        File.ReadLines($"/proc/{server.ProcessId}/status")
            .First(line => line.StartsWith("Uid:", StringComparison.Ordinal))
            .Split('\t')[1]
            .ShouldNotBe("0");
    }

    [Fact]
    public async Task An_unfinished_creation_is_begun_again()
    {
        await using var cluster = new PrivateCluster();
        Directory.CreateDirectory(Path.Combine(cluster.Folder, "cluster.new", "base"));
        await File.WriteAllTextAsync(Path.Combine(cluster.Folder, "cluster.new", "PG_VERSION"), "15");

        await using var server = await cluster.StartAsync();

        (await PrivateCluster.AskAsync<int>(server.ConnectionString, "select 1")).ShouldBe(1);
        Directory.Exists(Path.Combine(cluster.Folder, "cluster.new")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_cluster_of_another_major_version_is_named()
    {
        await using var cluster = new PrivateCluster();
        await using (await cluster.StartAsync()) { }
        await File.WriteAllTextAsync(Path.Combine(cluster.Cluster, "PG_VERSION"), "9\n");

        var refused = await Should.ThrowAsync<EmbeddedPostgresException>(cluster.StartAsync);

        refused.Message.ShouldStartWith("The database was made by PostgreSQL 9, but found only ");
    }

    [Fact]
    public async Task A_start_that_fails_says_why()
    {
        await using var cluster = new PrivateCluster();
        await using (await cluster.StartAsync()) { }
        await File.WriteAllTextAsync(Path.Combine(cluster.Cluster, "local.conf"), "no_such_setting = 1\n");

        var refused = await Should.ThrowAsync<EmbeddedPostgresException>(cluster.StartAsync);

        refused.Message.ShouldContain("unrecognized configuration parameter \"no_such_setting\"");
    }

    [Fact]
    public async Task A_folder_below_one_that_is_closed_or_long_works_as_well()
    {
        await using var cluster = new PrivateCluster();
        Directory.CreateDirectory(cluster.Folder, OwnerOnly | UnixFileMode.UserExecute);
        var folder = Path.Combine(cluster.Folder, new string('x', 90), "postgres");

        await using var server = await EmbeddedPostgres.StartAsync(
            cluster.Options with
            {
                DataFolder = folder,
            },
            cluster.Log,
            CancellationToken.None
        );

        (await PrivateCluster.AskAsync<int>(server.ConnectionString, "select 1")).ShouldBe(1);
    }
}
