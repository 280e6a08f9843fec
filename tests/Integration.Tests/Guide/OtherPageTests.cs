using Chatalot.Features.Spaces;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Postgres;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Integration.Tests.Guide;

/// <summary>The shell lines of the pages beside the guide, run as they stand.</summary>
public sealed class OtherPageTests : IAsyncLifetime
{
    /// <summary>The backup that the page names as an example.</summary>
    private const string Example = "chatalot-backup-20261128T084705Z";

    private const string SaveInContainers =
        "docker exec chatalot-db pg_dump -U chatalot --format=custom chatalot > database.dump";

    private readonly Shell shell = new();
    private TestServer server = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.StartAsync();
        // Folders of the pages are folders of this test. A second server would go on running: it checks its settings.
        shell.Add(
            "chatalot-server",
            $$"""
            args=()
            for arg in "$@"; do
              arg="${arg/#\/var\/lib\/chatalot/{{server.Folder}}}"
              args+=("${arg/#\/tmp\/rehearsal/{{shell.Folder}}/rehearsal}")
            done
            [[ "$*" == *--port* ]] && args+=(check-config)
            exec {{string.Join(' ', ServerProcess.Command)}} "${args[@]}"
            """
        );
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        shell.Dispose();
    }

    [Fact]
    public async Task The_lines_about_backups_save_everything_and_bring_it_back()
    {
        await server.AddPersonAsync("rosa");
        await using var newDatabase = await TestDatabase.CreateEmptyAsync();
        await using var rehearsal = await TestDatabase.CreateEmptyAsync();
        var lines = new Queue<string>(BackupLines.TakeWhile(line => line != SaveInContainers));

        for (var i = 0; i < 4; i++)
            await RunAsync(lines.Dequeue());
        await RunAsync(GuidePage.NightlyCommand);
        var backups = Directory.CreateDirectory(Path.Combine(shell.Folder, "data/backups")).FullName;
        var made = Directory.GetDirectories(Path.Combine(server.Folder, "backups"), "chatalot-backup-*");
        made.Length.ShouldBe(2);
        Directory.Move(made[0], Path.Combine(backups, Example));

        await RunAsync(lines.Dequeue(), newDatabase, Path.Combine(shell.Folder, "data"));
        (await newDatabase.ScalarAsync("select data ->> 'username' from mt_doc_user")).ShouldBe("rosa");
        // It would ask for a passphrase.
        shell.Add("gpg", "[ \"$1 $2\" = '--symmetric --output' ] && cat > \"$3\"");
        await RunAsync(lines.Dequeue());
        new FileInfo(Path.Combine(shell.Folder, "backup.tar.gpg")).Length.ShouldBeGreaterThan(10_000);
        await RunAsync(lines.Dequeue(), rehearsal);
        (await rehearsal.ScalarAsync("select data ->> 'username' from mt_doc_user")).ShouldBe("rosa");
        (await RunAsync(lines.Dequeue(), rehearsal)).ShouldContain("The configuration is good.");
        lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_lines_for_containers_save_everything_and_bring_it_back()
    {
        await using var cluster = new PrivateCluster();
        var postgres = await cluster.StartAsync();
        await AskAsync("create table letters (id int); insert into letters values (7); select 1");
        var upload = Path.Combine(Directory.CreateDirectory(Path.Combine(shell.Folder, "volume")).FullName, "upload");
        await File.WriteAllTextAsync(upload, "x");
        Directory.CreateDirectory(Path.Combine(shell.Folder, "secrets"));
        await File.WriteAllTextAsync(Path.Combine(shell.Folder, ".env"), "DB_PASSWORD=x");
        shell.Add("docker", Containers(postgres, cluster.Folder));
        var lines = BackupLines.SkipWhile(line => line != SaveInContainers).ToList();
        lines.Count.ShouldBe(8);

        foreach (var line in lines.Take(3))
            await RunAsync(line);
        await AskAsync("truncate letters; select 1");
        File.Delete(upload);
        foreach (var line in lines.Skip(3))
            await RunAsync(line);

        (await AskAsync("select id from letters")).ShouldBe(7);
        (await File.ReadAllTextAsync(upload)).ShouldBe("x");
        (await RunAsync("tar -tf secrets.tar")).ShouldContain(".env");

        Task<int> AskAsync(string sql) => PrivateCluster.AskAsync<int>(postgres.ConnectionString, sql);
    }

    [Fact]
    public async Task The_lines_about_trouble_show_the_checks_and_change_the_verbosity()
    {
        var admin = await server.AddPersonAsync("admin", InstanceRole.Admin);
        shell.AddCurl(server.Http.BaseAddress!);
        shell.Add("docker", "[ \"$*\" = 'compose logs --tail=100 chatalot' ]");
        var lines = GuidePage.ShellLinesOf("troubleshooting");
        lines.Count.ShouldBe(3);

        (await RunAsync(lines[0])).ShouldContain("\"storage_writable\"");
        await RunAsync(lines[1]);
        (await RunAsync(lines[2], variable: ("TOKEN", admin.Token))).ShouldContain("chatalot_server=debug");
    }

    private static IReadOnlyList<string> BackupLines => GuidePage.ShellLinesOf("backup");

    /// <summary>Knows the names of compose.yaml, and runs here what would run in a container.</summary>
    private string Containers(EmbeddedPostgres postgres, string folder) =>
        $$"""
            case "$1 $2" in
              "compose stop" | "compose start") [ "$3" = chatalot ] ;;
              exec*) shift; [ "$1" = -i ] && shift
                [ "$1 $3 $4" = 'chatalot-db -U chatalot' ] || exit 64
                program="$2"; shift 4
                export PGHOST='{{new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Host}}' PGUSER=superuser
                PGPASSWORD="$(cat '{{folder}}/superuser.password')" exec "$program" "$@" ;;
              "run --rm") shift 2; [ "$1" = -i ] && shift
                [[ "$1 $2 $3" == '-v chatalot_file_storage:/data'*' alpine' ]] || exit 64
                shift 3; exec "${@//\/data/{{shell.Folder}}/volume}" ;;
              *) exit 64 ;;
            esac
            """;

    private async Task<string> RunAsync(
        string line,
        TestDatabase? database = null,
        string? dataPath = null,
        (string, string)? variable = null
    )
    {
        var result = await shell.RunAsync(
            $"set -o pipefail; {line}",
            ("DATABASE_URL", (database ?? server.Database).ConnectionString),
            ("DATA_PATH", dataPath ?? server.Folder),
            variable ?? ("METRICS_ADDR", "off")
        );
        result.ExitCode.ShouldBe(0, $"{line}\n{result.Output}");
        return result.Output;
    }
}
