using Chatalot.Bench.Floor;
using Chatalot.Bench.Load;

namespace Chatalot.Bench.Suite;

/// <summary>All that a suite measured: the lines of the table, and every single run behind them.</summary>
internal sealed record SuiteReport
{
    public required int Repeats { get; init; }

    /// <summary>Durability settings of the database, if commits were measured.</summary>
    public required string? Durability { get; init; }

    public required IReadOnlyList<ComparisonRow> Rows { get; init; }

    public required IReadOnlyList<FanoutResult> ServerRuns { get; init; }

    public required IReadOnlyList<FanoutResult> BareRuns { get; init; }

    public required IReadOnlyList<CommitResult> Commits { get; init; }

    public required IReadOnlyList<HistoryResult> Histories { get; init; }

    public required IdleResult ServerIdle { get; init; }

    public required IdleResult BareIdle { get; init; }

    /// <summary>True when the server lost, doubled or reordered nothing in any run.</summary>
    public bool IsClean => ServerRuns.All(run => run.IsClean);
}

/// <summary>How much to measure.</summary>
internal sealed record SuitePlan(int Repeats, double Seconds, int IdleSockets, int HistoryPages, int HistoryMessages);
