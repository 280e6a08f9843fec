using System.Diagnostics;

namespace Chatalot.Features.Health;

/// <summary>Something that must hold before traffic makes sense; registered by whoever knows it.</summary>
/// <param name="Name">In snake case, for example <c>migrations</c>.</param>
/// <param name="WhyNot">Null when it holds, else why not, without anything secret.</param>
/// <param name="MaxAge">An answer may be this old; asking again costs something.</param>
public sealed record ReadinessCheck(string Name, Func<CancellationToken, Task<string?>> WhyNot, TimeSpan MaxAge)
{
    /// <summary>False: it is shown as a warning and does not keep traffic away.</summary>
    public bool IsVital { get; init; } = true;

    /// <summary>A check that answers from memory.</summary>
    public ReadinessCheck(string name, Func<bool> isReady, string whyNot)
        : this(name, _ => Task.FromResult(isReady() ? null : whyNot), TimeSpan.Zero) { }
}

/// <summary>What a check found.</summary>
/// <param name="Status"><c>ok</c>, <c>warning</c> or <c>failing</c>.</param>
/// <param name="Ms">How long the check took.</param>
/// <param name="AgeMs">How long ago that was.</param>
/// <param name="Reason">Why it fails.</param>
public sealed record CheckResult(string Status, double Ms, long AgeMs, string? Reason)
{
    /// <summary>It does not keep traffic away.</summary>
    internal bool IsGood => Status != "failing";
}

/// <summary>
/// Asks each check, once at a time however many ask, and remembers the answer for as long as it may be used.
/// </summary>
public sealed class ReadinessChecks(IEnumerable<ReadinessCheck> checks, TimeProvider clock)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2.5);

    private readonly Memory[] memories = [.. checks.Select(check => new Memory(check, clock))];

    /// <summary>Every check by its name, in the order of registration. Takes 2.5 s at most.</summary>
    public async Task<IReadOnlyDictionary<string, CheckResult>> AskAsync(CancellationToken ct)
    {
        var asked = memories.Select(memory => (memory.Name, Answer: memory.AskAsync())).ToList();
        var limit = Task.Delay(Limit, clock, ct);
        var results = new Dictionary<string, CheckResult>(StringComparer.Ordinal);
        foreach (var (name, answer) in asked)
        {
            await Task.WhenAny(answer, limit);
            ct.ThrowIfCancellationRequested();
            results[name] = answer.IsCompletedSuccessfully
                ? await answer
                : new CheckResult("failing", Limit.TotalMilliseconds, 0, "no answer in time");
        }
        return results;
    }

    private sealed class Memory(ReadinessCheck check, TimeProvider clock)
    {
        private readonly Lock gate = new();
        private Task<(string? WhyNot, double Ms, long At)>? asking;

        public string Name => check.Name;

        public async Task<CheckResult> AskAsync()
        {
            Task<(string? WhyNot, double Ms, long At)> current;
            lock (gate)
            {
                var mayReuse =
                    asking is { IsCompleted: false }
                    || asking is { IsCompletedSuccessfully: true, Result: var last }
                        && check.MaxAge > TimeSpan.Zero
                        && clock.GetElapsedTime(last.At) <= check.MaxAge;
                current = mayReuse ? asking! : asking = Task.Run(RunAsync);
            }
            var (whyNot, ms, at) = await current;
            var age = (long)Math.Max(0, clock.GetElapsedTime(at).TotalMilliseconds);
            var status =
                whyNot is null ? "ok"
                : check.IsVital ? "failing"
                : "warning";
            return new CheckResult(status, ms, age, whyNot);
        }

        private async Task<(string? WhyNot, double Ms, long At)> RunAsync()
        {
            var startedAt = Stopwatch.GetTimestamp();
            string? whyNot;
            try
            {
                whyNot = await check.WhyNot(CancellationToken.None);
            }
            catch (Exception fault)
            {
                // A check that cannot be made did not hold; its message may hold a path or an address.
                whyNot = fault.GetType().Name;
            }
            return (whyNot, Math.Round(Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds, 1), clock.GetTimestamp());
        }
    }
}
