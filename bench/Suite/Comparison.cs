namespace Chatalot.Bench.Suite;

/// <summary>What a comparison must reach: its ratio to the floor, or the measured value itself.</summary>
internal sealed record Goal(bool OnRatio, bool AtLeast, double Value)
{
    public static Goal RatioAtLeast(double value) => new(true, true, value);

    public static Goal RatioAtMost(double value) => new(true, false, value);

    public static Goal AtLeastValue(double value) => new(false, true, value);

    public static Goal AtMostValue(double value) => new(false, false, value);

    public bool IsMetBy(double measured, double ratio)
    {
        var judged = OnRatio ? ratio : measured;
        return AtLeast ? judged >= Value : judged <= Value;
    }
}

/// <summary>
/// One line of the suite: the same thing measured at the server and at the floor, several times over.
/// </summary>
internal sealed class Comparison(string name, string unit, Goal goal)
{
    private readonly List<(double Measured, double Floor)> _samples = [];

    /// <summary>Adds one repeat; <paramref name="floor"/> is NaN where there is nothing to compare with.</summary>
    public void Add(double measured, double floor = double.NaN) => _samples.Add((measured, floor));

    /// <summary>Medians over the repeats; the ratio is the median of each repeat's own.</summary>
    public ComparisonRow ToRow()
    {
        var measured = Median(_samples.Select(sample => sample.Measured));
        var ratio = Median(_samples.Select(sample => sample.Measured / sample.Floor));
        return new ComparisonRow(
            name,
            unit,
            measured,
            OrNull(Median(_samples.Select(sample => sample.Floor))),
            OrNull(ratio),
            goal,
            goal.OnRatio && double.IsNaN(ratio) ? null : goal.IsMetBy(measured, ratio)
        );
    }

    private static double? OrNull(double value) => double.IsFinite(value) ? value : null;

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? double.NaN : sorted[sorted.Count / 2];
    }
}

/// <summary>A finished line; <paramref name="IsMet"/> is null where the floor was not measured.</summary>
internal sealed record ComparisonRow(
    string Name,
    string Unit,
    double Measured,
    double? Floor,
    double? Ratio,
    Goal Goal,
    bool? IsMet
);
