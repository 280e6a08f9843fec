using System.Diagnostics;
using Chatalot.Integration.Tests.Hosting;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Postgres;

namespace Chatalot.Integration.Tests.Guide;

/// <summary>
/// One outage from beginning to end on a PostgreSQL of its own, watched by everything that the guide offers: health,
/// cron line, ping and alert script. Each row looks at its part.
/// </summary>
public sealed class Outage : IAsyncLifetime
{
    private readonly PrivateCluster cluster = new();
    private readonly Shell shell = new();
    private PipelineServer server = null!;

    /// <summary>Server and database are well.</summary>
    internal Sight Well { get; private set; } = null!;

    /// <summary>The database is stopped.</summary>
    internal Sight Lost { get; private set; } = null!;

    /// <summary>Nothing listens where the server should be.</summary>
    internal Sight Gone { get; private set; } = null!;

    /// <summary>The database is back; the server is the same.</summary>
    internal (int Status, string Body) Back { get; private set; }

    /// <summary>The database hangs: the answer, and the longest that an answer took.</summary>
    internal (int Status, string Body, TimeSpan Longest) Hung { get; private set; }

    public async Task InitializeAsync()
    {
        var database = await cluster.StartAsync();
        server = await PipelineServer.StartOnAsync(database.ConnectionString);
        await server.Database.WaitUntilConnectedAsync(CancellationToken.None);
        shell.AddCurl(server.Client.BaseAddress!);
        shell.Add("mail", "cat >> mails; echo \"$2\" >> mails");
        shell.Add("df", "printf 'Filesystem Size Used Avail Use%% Mounted\\nx 1 1 1 5%% /\\n'");
        Well = await LookAsync();

        await PrivateCluster.SignalAsync(database.ProcessId, "STOP");
        Hung = await UntilAsync(503);
        await PrivateCluster.SignalAsync(database.ProcessId, "CONT");
        await UntilAsync(200);

        await database.DisposeAsync();
        await UntilAsync(503);
        Lost = await LookAsync();
        await cluster.StartAsync();
        var (status, body, _) = await UntilAsync(200);
        Back = (status, body);

        shell.AddCurl(new Uri("http://127.0.0.1:1"));
        Gone = await LookAsync();
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await cluster.DisposeAsync();
        shell.Dispose();
    }

    private async Task<Sight> LookAsync()
    {
        var (status, body) = await HealthAsync();
        var ping = GuidePage.ShellLines.Single(line => line.Contains("hc-ping", StringComparison.Ordinal));
        return new Sight(
            status,
            body,
            (await shell.RunAsync(GuidePage.CronCommand)).Output + Mails(),
            (await shell.RunAsync(ping)).Output,
            (await shell.RunAsync(GuidePage.AlertScript)).ExitCode,
            Mails()
        );
    }

    private async Task<(int Status, string Body)> HealthAsync()
    {
        using var answer = await server.Client.GetAsync("/api/health");
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<(int Status, string Body, TimeSpan Longest)> UntilAsync(int expected)
    {
        var (status, body, longest) = (0, "", TimeSpan.Zero);
        await Eventually.HoldsAsync(
            async () =>
            {
                var watch = Stopwatch.StartNew();
                (status, body) = await HealthAsync();
                longest = watch.Elapsed > longest ? watch.Elapsed : longest;
                return status == expected;
            },
            $"health answers {expected}"
        );
        return (status, body, longest);
    }

    /// <summary>What was mailed since the last look.</summary>
    private string Mails()
    {
        var path = Path.Combine(shell.Folder, "mails");
        var mails = File.Exists(path) ? File.ReadAllText(path) : "";
        File.Delete(path);
        return mails;
    }

    /// <param name="Status">Of the server itself, wherever the scripts look.</param>
    /// <param name="Body">Body of the same answer.</param>
    /// <param name="Cron">What the cron line wrote and mailed.</param>
    /// <param name="Ping">What the dead man's ping wrote.</param>
    /// <param name="ScriptExit">Exit code of the alert script.</param>
    /// <param name="ScriptMails">What it mailed.</param>
    internal sealed record Sight(int Status, string Body, string Cron, string Ping, int ScriptExit, string ScriptMails);
}
