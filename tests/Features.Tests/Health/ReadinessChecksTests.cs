using System.Diagnostics;
using Chatalot.Features.Health;

namespace Chatalot.Features.Tests.Health;

public sealed class ReadinessChecksTests
{
    [Fact]
    public async Task Checks_that_hang_are_waited_for_together()
    {
        var never = new TaskCompletionSource<string?>();
        var checks = new ReadinessChecks(
            [
                .. Enumerable.Range(0, 4).Select(i => new ReadinessCheck($"hangs_{i}", _ => never.Task, TimeSpan.Zero)),
                new ReadinessCheck("fine", () => true, "never"),
            ],
            TimeProvider.System
        );

        var started = Stopwatch.StartNew();
        var results = await checks.AskAsync(CancellationToken.None);

        // Two seconds each: one after the other they would take eight.
        started.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(7));
        results.Values.Select(result => result.Status).ShouldBe(["failing", "failing", "failing", "failing", "ok"]);
    }
}
