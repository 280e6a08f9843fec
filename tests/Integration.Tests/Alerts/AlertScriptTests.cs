using System.Diagnostics;
using System.Net;
using Chatalot.Features.Tests;

namespace Chatalot.Integration.Tests.Alerts;

/// <summary>The shell scripts for cron, against a server that is well, without its database, and gone.</summary>
public sealed class AlertScriptTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("chatalot-alerts-").FullName;

    public AlertScriptTests()
    {
        Directory.CreateDirectory(Path.Combine(folder, "bin"));
        var mail = Path.Combine(folder, "bin", "mail");
        File.WriteAllText(mail, $"#!/bin/sh\nprintf '%s: ' \"$2\" >>'{folder}/mails'\ncat >>'{folder}/mails'\n");
        File.SetUnixFileMode(mail, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Theory]
    [InlineData(200, 0, null)]
    [InlineData(503, 1, "Chatalot health check failed (HTTP 503)")]
    [InlineData(0, 1, "Chatalot health check failed (HTTP 000)")]
    public async Task The_shipped_script_tells_the_three_states(int status, int exitCode, string? mail)
    {
        using var server = new HealthStub(status);

        (await RunAsync("check-chatalot.sh", server, ("DISK_PATH", "/proc"))).ShouldBe(exitCode);

        if (mail is null)
            Mails.ShouldBeEmpty();
        else
            Mails.ShouldContain(mail);
    }

    [Fact]
    public async Task The_watcher_sends_one_mail_when_it_breaks_and_one_when_it_is_well_again()
    {
        (await WatchAsync(200)).ShouldBe(0);
        Mails.ShouldBeEmpty();

        (await WatchAsync(503)).ShouldBe(1);
        (await WatchAsync(0)).ShouldBe(1);
        Mails.Split("[ALERT] Chatalot: health").Length.ShouldBe(2);
        Mails.ShouldContain("HTTP 503");

        (await WatchAsync(200)).ShouldBe(0);
        (await WatchAsync(200)).ShouldBe(0);
        Mails.Split("[OK] Chatalot: health").Length.ShouldBe(2);
    }

    [Fact]
    public async Task The_watcher_tells_of_backups_that_are_missing_or_old()
    {
        (await WatchAsync(200, ("BACKUP_MAX_HOURS", "26"))).ShouldBe(1);
        Mails.ShouldContain("no backup yet");
        Directory.CreateDirectory(Path.Combine(folder, "backups"));
        var marker = Path.Combine(folder, "backups", "last-good-backup");
        await File.WriteAllTextAsync(marker, "");
        (await WatchAsync(200, ("BACKUP_MAX_HOURS", "26"))).ShouldBe(0);
        File.SetLastWriteTimeUtc(marker, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-27));
        (await WatchAsync(200, ("BACKUP_MAX_HOURS", "26"))).ShouldBe(1);
        Mails.ShouldContain("older than 26 hours");
    }

    [Fact]
    public async Task The_watcher_tells_of_a_disk_that_is_fuller_than_it_should_be()
    {
        (await WatchAsync(200, ("DISK_PERCENT", "-1"))).ShouldBe(1);
        Mails.ShouldContain("full");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Mails =>
        File.Exists(Path.Combine(folder, "mails")) ? File.ReadAllText(Path.Combine(folder, "mails")) : "";

    private async Task<int> WatchAsync(int status, params (string Name, string Value)[] set)
    {
        using var server = new HealthStub(status);
        return await RunAsync(
            "watch-chatalot.sh",
            server,
            [("BACKUP_MAX_HOURS", "0"), ("DISK_PERCENT", "100"), ("DATA_PATH", folder), .. set]
        );
    }

    private async Task<int> RunAsync(string script, HealthStub server, params (string Name, string Value)[] set)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Repository.Root, "compose", "alerts", script)]);
        start.Environment["PATH"] = $"{folder}/bin:{start.Environment["PATH"]}";
        start.Environment["HEALTH_URL"] = server.Address;
        foreach (var (name, value) in set)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>Answers health with a status; 0: nobody listens.</summary>
    private sealed class HealthStub : IDisposable
    {
        private readonly HttpListener? listener;

        public HealthStub(int status)
        {
            var port = Random.Shared.Next(21_000, 29_000);
            Address = $"http://127.0.0.1:{port}/api/health";
            if (status == 0)
                return;
            listener = new HttpListener();
            listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            listener.Start();
            _ = AnswerAsync(status);
        }

        public string Address { get; }

        public void Dispose() => listener?.Close();

        private async Task AnswerAsync(int status)
        {
            var body = status == 200 ? "ok" : "degraded";
            try
            {
                while (true)
                {
                    var context = await listener!.GetContextAsync();
                    context.Response.StatusCode = status;
                    await using (var writer = new StreamWriter(context.Response.OutputStream))
                        await writer.WriteAsync($"{{\"status\":\"{body}\",\"version\":\"0.17.0\"}}");
                    context.Response.Close();
                }
            }
            catch (Exception end) when (end is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
