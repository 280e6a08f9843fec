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
    LatencySummary? BusyDelivery = null
);

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
