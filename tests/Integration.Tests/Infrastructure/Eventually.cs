using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Chatalot.Integration.Tests.Infrastructure;

/// <summary>Waits for a condition instead of for a time.</summary>
public static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Returns as soon as the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not hold within 30 s.</exception>
    public static Task HoldsAsync(Func<bool> condition, string what) =>
        HoldsAsync(() => Task.FromResult(condition()), what);

    /// <summary>The same for a condition that needs no words.</summary>
    public static Task TrueAsync(
        Func<bool> condition,
        [CallerArgumentExpression(nameof(condition))] string what = ""
    ) => HoldsAsync(condition, what);

    /// <inheritdoc cref="HoldsAsync(Func{bool}, string)"/>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Limit; await Task.Delay(20))
            if (await condition())
                return;
        throw new TimeoutException($"Not within {Limit.TotalSeconds:0} s: {what}");
    }
}
