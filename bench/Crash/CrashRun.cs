using System.Diagnostics;
using Chatalot.Bench.Accounts;
using Chatalot.Bench.Load;

namespace Chatalot.Bench.Crash;

internal enum CrashTarget
{
    Server,
    Postgres,
    Both,
}

/// <summary>How often to kill what, and under which load.</summary>
internal sealed record CrashPlan(int Rounds, CrashTarget Target, int Channels, int Writers, int Readers);

/// <summary>What one round found; a round without violations is a good one.</summary>
internal sealed record CrashRound(
    int Number,
    string Killed,
    TimeSpan Recovery,
    int Acknowledged,
    int Stored,
    IReadOnlyList<string> Violations
);

/// <summary>
/// Kills server and database under load, again and again, and after each recovery holds every acknowledgement and every
/// delivery against the history.
/// </summary>
internal sealed class CrashRun(
    Uri address,
    ChatalotApi api,
    AccountPool accounts,
    ServerProcess server,
    Postmaster? postmaster,
    CrashPlan plan
)
{
    private const int FewestAcknowledgements = 200;
    private static readonly TimeSpan OwnRecovery = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestReconnect = TimeSpan.FromSeconds(30);

    private readonly List<CrashedChannel> _channels = [];

    /// <summary>Yields each round as it ends; the last one, number 0, reads the whole history once more.</summary>
    public async IAsyncEnumerable<CrashRound> RunAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct
    )
    {
        await server.StartAsync(ct);
        await MakeChannelsAsync(ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var clients = _channels
            .SelectMany(channel => channel.Clients)
            .Select(client => OwnThread.RunAsync(() => client.Run(stop.Token), CancellationToken.None))
            .ToList();
        for (var round = 1; round <= plan.Rounds; round++)
            yield return await RoundAsync(round, ct);
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        yield return await CheckAsync(0, "nothing, all read once more", TimeSpan.Zero, wholeHistory: true, ct);
    }

    private async Task MakeChannelsAsync(CancellationToken ct)
    {
        var perChannel = plan.Writers + plan.Readers;
        var users = await accounts.TakeAsync(plan.Channels * perChannel, ct);
        for (var i = 0; i < plan.Channels; i++)
        {
            var members = users.Skip(i * perChannel).Take(perChannel).ToList();
            var id = await api.CreateChannelAsync(members[0].AccessToken, $"bench crash {i + 1}", ct);
            foreach (var member in members.Skip(1))
                await api.JoinChannelAsync(member.AccessToken, id, ct);
            _channels.Add(new CrashedChannel(address, id, members, plan.Writers));
        }
    }

    private async Task<CrashRound> RoundAsync(int round, CancellationToken ct)
    {
        await WaitForAsync(() => _channels.All(channel => channel.Clients.All(client => client.IsConnected)), ct);
        var enough = Acknowledged() + FewestAcknowledgements;
        await WaitForAsync(() => Acknowledged() >= enough, ct);
        await Task.Delay(Random.Shared.Next(500, 2000), ct);

        var killed = Kill(serverFirst: round % 2 == 1);
        var recovery = await RecoverAsync(ct);
        // Access tokens expire during a long run; whoever reconnects takes the fresh ones.
        await accounts.TakeAsync(plan.Channels * (plan.Writers + plan.Readers), ct);
        return await CheckAsync(round, killed, recovery, wholeHistory: false, ct);
    }

    private string Kill(bool serverFirst)
    {
        switch (plan.Target)
        {
            case CrashTarget.Server:
                server.Kill();
                return "server";
            case CrashTarget.Postgres:
                postmaster!.Kill();
                return "PostgreSQL";
            case var _ when serverFirst:
                server.Kill();
                postmaster!.Kill();
                return "server, then PostgreSQL";
            default:
                postmaster!.Kill();
                server.Kill();
                return "PostgreSQL, then server";
        }
    }

    private async Task<TimeSpan> RecoverAsync(CancellationToken ct)
    {
        if (plan.Target != CrashTarget.Postgres)
            return await server.StartAsync(ct);
        var started = Stopwatch.GetTimestamp();
        if (await server.IsHealthyWithinAsync(OwnRecovery, ct))
            return Stopwatch.GetElapsedTime(started);
        server.Kill();
        return OwnRecovery + await server.StartAsync(ct);
    }

    private async Task<CrashRound> CheckAsync(
        int round,
        string killed,
        TimeSpan recovery,
        bool wholeHistory,
        CancellationToken ct
    )
    {
        var violations = new List<string>();
        foreach (var channel in _channels)
            violations.AddRange(await channel.CheckAsync(api, wholeHistory, ct));
        return new CrashRound(
            round,
            killed,
            recovery,
            _channels.Sum(channel => channel.Checked),
            _channels.Sum(channel => channel.Stored),
            violations
        );
    }

    private int Acknowledged() => _channels.Sum(channel => channel.AcknowledgedCount);

    private static async Task WaitForAsync(Func<bool> condition, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > LongestReconnect)
                throw new IOException(
                    $"clients could not work again within {LongestReconnect.TotalSeconds} s of the recovery"
                );
            await Task.Delay(20, ct);
        }
    }
}
