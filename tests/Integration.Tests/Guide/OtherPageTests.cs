using Chatalot.Features.Spaces;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Guide;

/// <summary>The shell lines of the pages beside the guide, run as they stand.</summary>
public sealed class OtherPageTests : IAsyncLifetime
{
    /// <summary>The backup that the page names as an example.</summary>
    private const string Example = "chatalot-backup-20261128T084705Z";

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
        var lines = new Queue<string>(GuidePage.ShellLinesOf("backup"));

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
