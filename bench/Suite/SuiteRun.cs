using Chatalot.Bench.Accounts;
using Chatalot.Bench.Commands;
using Chatalot.Bench.Floor;
using Chatalot.Bench.Load;
using Chatalot.Bench.Machine;

namespace Chatalot.Bench.Suite;

/// <summary>
/// Measures floor and server back to back, several times, so that what else the machine does hits both alike. Memory is
/// measured once and first: a server that has been under load has free memory that hides what new sockets take.
/// </summary>
internal sealed class SuiteRun(Target server, SuitePlan plan, CommitFloor? commits, Action<string> progress)
{
    private readonly Comparison _durable32 = new(
        "durable sends, 32 senders in rooms of two",
        "sends/s",
        Goal.RatioAtLeast(4)
    );
    private readonly Comparison _durable64 = new(
        "durable sends, 64 senders in rooms of two",
        "sends/s",
        Goal.RatioAtLeast(5)
    );
    private readonly Comparison _echo = new("echo of a lone sender, room of 50, p50", "ms", Goal.AtMostValue(3));
    private readonly Comparison _echoRatio = new(
        "the same against bare echo + one commit",
        "ms",
        Goal.RatioAtMost(1.5)
    );
    private readonly Comparison _room500 = new(
        "one room of 500, 10 senders x 4",
        "deliveries/s",
        Goal.RatioAtLeast(0.75)
    );
    private readonly Comparison _rooms50 = new(
        "10 rooms of 50, 5 senders x 4",
        "deliveries/s",
        Goal.RatioAtLeast(0.65)
    );
    private readonly Comparison _steadyP50 = new(
        "100 messages/s, 10 rooms of 50, delivery p50",
        "ms",
        Goal.AtMostValue(4)
    );
    private readonly Comparison _steadyP99 = new(
        "100 messages/s, 10 rooms of 50, delivery p99",
        "ms",
        Goal.AtMostValue(12)
    );
    private readonly Comparison _memory = new("memory of an idle socket", "kB", Goal.RatioAtMost(1.4));
    private readonly Comparison _authentications = new("socket authentications", "per s", Goal.AtLeastValue(500));
    private readonly Comparison _pages = new("history pages of 50, 20 connections", "pages/s", Goal.AtLeastValue(2000));
    private readonly Comparison _pagesP99 = new("history page p99", "ms", Goal.AtMostValue(40));
    private readonly Comparison _deepPages = new(
        "deep pages against the newest page",
        "pages/s",
        Goal.RatioAtLeast(0.8)
    );

    private readonly List<FanoutResult> _serverRuns = [];
    private readonly List<FanoutResult> _bareRuns = [];
    private readonly List<CommitResult> _commitRuns = [];
    private readonly List<HistoryResult> _histories = [];

    public async Task<SuiteReport> RunAsync(CancellationToken ct)
    {
        var (serverIdle, bareIdle) = await MeasureIdleAsync(ct);
        var history = await HistoryChannel.FillAsync(server, plan.HistoryMessages, progress, ct);
        using var bare = await BareServerProcess.StartAsync(ct);
        for (var repeat = 1; repeat <= plan.Repeats; repeat++)
        {
            await MeasureCommitsAsync(bare, repeat, ct);
            await MeasureFanoutAsync(bare, repeat, ct);
            await MeasureHistoryAsync(history, ct);
        }
        return new SuiteReport
        {
            Repeats = plan.Repeats,
            Durability = commits?.Durability,
            Rows =
            [
                .. new[]
                {
                    _durable32,
                    _durable64,
                    _echo,
                    _echoRatio,
                    _room500,
                    _rooms50,
                    _steadyP50,
                    _steadyP99,
                    _memory,
                    _authentications,
                    _pages,
                    _pagesP99,
                    _deepPages,
                }.Select(comparison => comparison.ToRow()),
            ],
            ServerRuns = _serverRuns,
            BareRuns = _bareRuns,
            Commits = _commitRuns,
            Histories = _histories,
            ServerIdle = serverIdle,
            BareIdle = bareIdle,
        };
    }

    private async Task<(IdleResult Server, IdleResult Bare)> MeasureIdleAsync(CancellationToken ct)
    {
        using var bare = await BareServerProcess.StartAsync(ct);
        var bareRun = new IdleRun(bare.Address, new BareSeeder(), new Meters(bare.Pid, null)) { Progress = progress };
        var ofBare = await bareRun.RunAsync(plan.IdleSockets, channels: 1, plan.Seconds, ct);
        var serverRun = new IdleRun(server.Url, server.Seeder, server.Meters) { Progress = progress };
        var ofServer = await serverRun.RunAsync(plan.IdleSockets, channels: 1, plan.Seconds, ct);
        _memory.Add(ofServer.KbPerSocket, ofBare.KbPerSocket);
        _authentications.Add(ofServer.AuthenticationsPerSecond, ofBare.AuthenticationsPerSecond);
        return (ofServer, ofBare);
    }

    private async Task MeasureCommitsAsync(BareServerProcess bare, int repeat, CancellationToken ct)
    {
        var single = await CommitAsync(clients: 1, ct);
        await CommitAsync(clients: 32, ct);
        var rows = single?.RowsPerSecond ?? double.NaN;
        var durable32 = await RunAsync(server.Url, server.Seeder, server.Meters, Pairs(32), _serverRuns, repeat, ct);
        var durable64 = await RunAsync(server.Url, server.Seeder, server.Meters, Pairs(64), _serverRuns, repeat, ct);
        _durable32.Add(durable32.SendsPerSecond, rows);
        _durable64.Add(durable64.SendsPerSecond, rows);

        var (lone, bareLone) = await RunBothAsync(bare, Plan(1, 50, 1, 1), repeat, ct);
        var (echo, bareEcho) = (lone.AcknowledgeLatency.P50, bareLone.AcknowledgeLatency.P50);
        _echo.Add(echo, bareEcho);
        _echoRatio.Add(echo, bareEcho + (single?.Latency.P50 ?? double.NaN));
    }

    private async Task MeasureFanoutAsync(BareServerProcess bare, int repeat, CancellationToken ct)
    {
        var (room500, bareRoom500) = await RunBothAsync(bare, Plan(1, 500, 10, 4), repeat, ct);
        _room500.Add(room500.DeliveriesPerSecond, bareRoom500.DeliveriesPerSecond);
        var (rooms50, bareRooms50) = await RunBothAsync(bare, Plan(10, 50, 5, 4), repeat, ct);
        _rooms50.Add(rooms50.DeliveriesPerSecond, bareRooms50.DeliveriesPerSecond);
        var (steady, bareSteady) = await RunBothAsync(bare, Plan(10, 50, 5, 4) with { Rate = 100 }, repeat, ct);
        _steadyP50.Add(steady.DeliveryLatency.P50, bareSteady.DeliveryLatency.P50);
        _steadyP99.Add(steady.DeliveryLatency.P99, bareSteady.DeliveryLatency.P99);
    }

    private async Task MeasureHistoryAsync(HistoryChannel channel, CancellationToken ct)
    {
        // Asked for again each time, as access tokens do not live as long as a suite.
        var reader = (await server.Accounts.TakeAsync(1, ct))[0];
        var run = new HistoryRun(server.Url, server.Api, reader.AccessToken, channel.Channel) { Progress = progress };
        var result = await run.RunAsync(connections: 20, plan.HistoryPages, plan.HistoryMessages, ct);
        _histories.Add(result);
        _pages.Add(result.First.PagesPerSecond);
        _pagesP99.Add(result.First.Latency.P99);
        _deepPages.Add(result.Deep.PagesPerSecond, result.First.PagesPerSecond);
    }

    private async Task<CommitResult?> CommitAsync(int clients, CancellationToken ct)
    {
        if (commits is null)
            return null;
        progress($"commits of {clients} clients");
        var result = await commits.RunAsync(clients, plan.Seconds, Plan(1, 1, 1, 1).Bytes, ct);
        _commitRuns.Add(result);
        return result;
    }

    private async Task<(FanoutResult Server, FanoutResult Bare)> RunBothAsync(
        BareServerProcess bare,
        FanoutPlan load,
        int repeat,
        CancellationToken ct
    )
    {
        var floor = await RunAsync(
            bare.Address,
            new BareSeeder(),
            new Meters(bare.Pid, null),
            load,
            _bareRuns,
            repeat,
            ct
        );
        return (await RunAsync(server.Url, server.Seeder, server.Meters, load, _serverRuns, repeat, ct), floor);
    }

    private async Task<FanoutResult> RunAsync(
        Uri url,
        ISeeder seeder,
        Meters meters,
        FanoutPlan load,
        List<FanoutResult> results,
        int repeat,
        CancellationToken ct
    )
    {
        var title =
            $"repeat {repeat} of {plan.Repeats}, {(results == _bareRuns ? "bare" : "server")} {load.Rooms} x {load.Members}";
        var run = new FanoutRun(url, seeder, meters) { Progress = text => progress($"{title}: {text}") };
        var result = await run.RunAsync(load, ct);
        results.Add(result);
        return result;
    }

    private FanoutPlan Pairs(int senders) => Plan(senders, members: 2, senders: 1, outstanding: 1);

    private FanoutPlan Plan(int rooms, int members, int senders, int outstanding) =>
        new(rooms, members, senders, outstanding, plan.Seconds);
}
