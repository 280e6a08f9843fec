using Chatalot.Bench.Accounts;
using Chatalot.Bench.Wire;

namespace Chatalot.Bench.Load;

/// <summary>Logins a second, and what other users' messages felt of them when that was asked for.</summary>
internal sealed record LoginResult(
    int Parallel,
    long Logins,
    double LoginsPerSecond,
    LatencySummary Latency,
    LatencySummary? QuietDelivery = null,
    LatencySummary? BusyDelivery = null,
    RefusedLogins? Refused = null
);

/// <summary>How long refusals take: whoever measures them must not learn which names exist.</summary>
internal sealed record RefusedLogins(LatencySummary KnownName, LatencySummary UnknownName)
{
    /// <summary>Median for unknown names over that for known ones; 1 tells nothing.</summary>
    public double Ratio => UnknownName.P50 / KnownName.P50;
}

/// <summary>Logs in over and over: each login costs the server one deliberately slow password hash.</summary>
internal sealed class LoginRun(ChatalotApi api, AccountPool pool)
{
    /// <summary>Ends after <paramref name="count"/> logins or when <paramref name="stop"/> says so.</summary>
    public async Task<LoginResult> RunAsync(int count, int parallel, CancellationToken stop, CancellationToken ct)
    {
        var users = await pool.TakeAsync(parallel, ct);
        var next = 0;
        async Task<LatencyHistogram> WorkAsync(Account user)
        {
            var latency = new LatencyHistogram();
            while (!stop.IsCancellationRequested && Interlocked.Increment(ref next) <= count)
            {
                var started = Clock.Microseconds;
                if (await api.LoginAsync(user.Username, pool.Password, ct) is null)
                    throw new HttpRequestException($"the server refused the login of {user.Username}");
                latency.Add(Clock.Microseconds - started);
            }
            return latency;
        }

        var began = Clock.Microseconds;
        var all = new LatencyHistogram();
        foreach (var latency in await Task.WhenAll(users.Select(WorkAsync)))
            all.Add(latency);
        var seconds = (Clock.Microseconds - began) / 1_000_000.0;
        return new LoginResult(parallel, all.Count, all.Count / seconds, all.Summarize());
    }

    /// <summary>
    /// Wrong passwords for names that exist and for names that do not, in turn, so that both meet the same machine.
    /// Each name is tried a few times only, below the number at which a name is locked.
    /// </summary>
    public async Task<RefusedLogins> RefuseAsync(int count, CancellationToken ct)
    {
        const int triesOfAName = 5;
        var users = await pool.TakeAsync((count + triesOfAName - 1) / triesOfAName, ct);
        var (known, unknown) = (new LatencyHistogram(), new LatencyHistogram());
        for (var i = 0; i < count; i++)
        {
            var name = users[i / triesOfAName].Username;
            await MeasureAsync(name, known);
            await MeasureAsync($"{name}-{Guid.NewGuid():N}"[..Math.Min(32, name.Length + 8)], unknown);
        }
        return new RefusedLogins(known.Summarize(), unknown.Summarize());

        async Task MeasureAsync(string name, LatencyHistogram latency)
        {
            var started = Clock.Microseconds;
            if (await api.LoginAsync(name, "Wrong-Password-1", ct) is not null)
                throw new HttpRequestException($"the server let {name} in with a wrong password");
            latency.Add(Clock.Microseconds - started);
        }
    }

    /// <summary>Measures messages at a fixed rate alone, then the same while logins run.</summary>
    public async Task<LoginResult> RunWithVictimsAsync(
        FanoutRun messages,
        int parallel,
        double seconds,
        CancellationToken ct
    )
    {
        var plan = new FanoutPlan(Rooms: 1, Members: 20, Senders: 4, Outstanding: 1, Seconds: seconds, Rate: 50);
        var quiet = await messages.RunAsync(plan, ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var logins = RunAsync(int.MaxValue, parallel, stop.Token, ct);
        var busy = await messages.RunAsync(plan, ct);
        await stop.CancelAsync();
        return await logins with { QuietDelivery = quiet.DeliveryLatency, BusyDelivery = busy.DeliveryLatency };
    }
}
