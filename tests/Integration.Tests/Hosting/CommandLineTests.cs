using System.Diagnostics;
using Chatalot.Integration.Tests.Guide;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Hosting;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Given_a_wrong_configuration_Then_one_ERROR_line_for_each_problem_and_exit_code_78()
    {
        var (exitCode, output) = await RunAsync(
            [],
            ("LISTEN_ADDR", "everywhere"),
            ("DB_POOL_MAX", "many"),
            ("RUST_LOG", "off"),
            ("DATABASE_URL", "postgres://chatalot:change_me@db/chatalot")
        );

        exitCode.ShouldBe(78);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(3);
        lines.ShouldAllBe(line => line.Contains(" ERROR Chatalot.Startup: ", StringComparison.Ordinal));
        output.ShouldNotContain("postgres://");
    }

    [Fact]
    public async Task Given_folders_that_cannot_be_written_to_Then_each_is_named_and_the_exit_code_is_78()
    {
        var data = Directory.CreateTempSubdirectory("chatalot-unwritable-").FullName;
        var file = Path.Combine(data, "a-file");
        await File.WriteAllTextAsync(file, "x");

        var (exitCode, output) = await RunAsync(
            [],
            ("DATA_PATH", data),
            ("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing"),
            ("FILE_STORAGE_PATH", Path.Combine(file, "files"))
        );
        Directory.Delete(data, recursive: true);

        exitCode.ShouldBe(78);
        output.ShouldContain($" ERROR Chatalot.Startup: FILE_STORAGE_PATH holds '{file}/files' (");
        output.ShouldContain("it must hold a folder that the server may write to");
        output.ShouldNotContain("Starting Chatalot");
    }

    [Fact]
    public async Task Check_config_tells_what_holds_or_what_is_wrong()
    {
        var good = await RunAsync(["check-config", "--port", "9000"], ("GIPHY_API_KEY", "hush-hush"));
        good.ExitCode.ShouldBe(0);
        good.Output.ShouldContain("0.0.0.0:9000  (command line)");
        good.Output.ShouldNotContain("hush-hush");

        (await RunAsync(["check-config"], ("LOG_FORMAT", "xml"))).ExitCode.ShouldBe(78);
        // No file can be made in there, by nobody.
        var unwritable = await RunAsync(["check-config"], ("FILE_STORAGE_PATH", "/proc/self"));
        unwritable.ExitCode.ShouldBe(78);
        unwritable.Output.ShouldContain("ERROR FILE_STORAGE_PATH holds '/proc/self' (");
    }

    [Fact]
    public async Task Help_lists_the_variables() =>
        (await RunAsync(["--help"])).Output.ShouldContain("TOTP_ENCRYPTION_KEY (or _FILE)");

    [Fact]
    public async Task Given_a_mistake_Then_it_is_told_in_our_words_and_no_list_of_variables_pushes_it_off_the_screen()
    {
        var (exitCode, output) = await RunAsync(["--port", "99999"]);

        exitCode.ShouldBe(1);
        output.ShouldContain("--port must be a number from 0 to 65535.");
        output.ShouldNotContain("System.");
        output.ShouldNotContain("TOTP_ENCRYPTION_KEY");
    }

    [Fact]
    public async Task Help_of_a_command_is_about_the_command()
    {
        var (exitCode, output) = await RunAsync(["backup", "create", "--help"]);

        exitCode.ShouldBe(0);
        output.ShouldContain("--to <DIR>");
        output.ShouldContain("chatalot-server --help lists them");
        output.ShouldNotContain("TOTP_ENCRYPTION_KEY");
    }

    [Fact]
    public async Task Given_a_limit_below_one_Then_the_search_of_logs_says_so()
    {
        var logs = Directory.CreateTempSubdirectory("chatalot-logs-").FullName;

        var (exitCode, output) = await RunAsync(["logs", "search", "--limit", "0"], ("LOG_PATH", logs));
        Directory.Delete(logs);

        exitCode.ShouldBe(1);
        output.Trim().ShouldBe("--limit must be at least 1");
    }

    [Fact]
    public async Task Given_a_backup_under_way_When_it_is_told_to_stop_Then_nothing_of_it_is_left()
    {
        await using var database = await TestDatabase.CreateAsync();
        var folder = Directory.CreateTempSubdirectory("chatalot-stopped-").FullName;
        foreach (var program in new[] { "pg_dump", "pg_restore" })
        {
            var path = Path.Combine(folder, program);
            await File.WriteAllTextAsync(path, $"#!/bin/sh\necho $$ > '{folder}/pid'\nexec sleep 60\n");
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        var start = new ProcessStartInfo(ServerProcess.Command[0], [ServerProcess.Command[1], "backup", "create"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["DATABASE_URL"] = database.ConnectionString;
        start.Environment["DATA_PATH"] = start.Environment["PG_BIN"] = folder;
        using var command = Process.Start(start)!;
        var dump = 0;
        await Eventually.HoldsAsync(
            () => File.Exists($"{folder}/pid") && int.TryParse(File.ReadAllText($"{folder}/pid"), out dump),
            "the dump has begun"
        );

        using var kill = Process.Start("kill", ["-TERM", $"{command.Id}"]);
        await command.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));

        command.ExitCode.ShouldBe(1);
        Directory.GetDirectories(Path.Combine(folder, "backups")).ShouldBeEmpty();
        var words = $"/proc/{dump}/cmdline";
        await Eventually.HoldsAsync(
            () => !File.Exists(words) || File.ReadAllText(words).Length == 0,
            "the dump has ended as well"
        );
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Given_no_server_Then_the_health_check_fails() =>
        (await RunAsync(["healthcheck", "--port", "1"])).ExitCode.ShouldBe(1);

    private static async Task<(int ExitCode, string Output)> RunAsync(
        string[] arguments,
        params (string Name, string Value)[] variables
    )
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "chatalot-server.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
