using System.Globalization;
using System.Text.RegularExpressions;

namespace Chatalot.Features.Tests.Metrics;

/// <summary>One sample of an exposition.</summary>
/// <param name="Name">Name of the sample.</param>
/// <param name="Labels">Labels by name.</param>
/// <param name="Value">The value.</param>
public sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>
/// Reads Prometheus text 0.0.4 as strictly as its rules are written and throws at the first line that breaks one:
/// grammar of names, labels and values, one TYPE a metric and before its samples, no series twice, buckets that only
/// grow and end in +Inf with the count.
/// </summary>
public static partial class PrometheusFormat
{
    public static IReadOnlyList<Sample> Parse(string text)
    {
        text.ShouldEndWith("\n");
        text.ShouldNotContain("\r");
        var types = new Dictionary<string, string>();
        var samples = new List<Sample>();
        var seen = new HashSet<string>();
        string? family = null;
        foreach (var line in text.Split('\n')[..^1])
        {
            if (Comment().Match(line) is { Success: true } comment)
            {
                family = comment.Groups["name"].Value;
                if (comment.Groups["what"].Value == "TYPE")
                    types.TryAdd(family, comment.Groups["rest"].Value).ShouldBeTrue($"second TYPE of {family}");
                continue;
            }
            var match = SampleLine().Match(line);
            match.Success.ShouldBeTrue($"not a sample: {line}");
            var name = match.Groups["name"].Value;
            FamilyOf(name, types).ShouldBe(family, $"{name} does not stand below its TYPE");
            seen.Add(name + match.Groups["labels"].Value).ShouldBeTrue($"series twice: {line}");
            samples.Add(new Sample(name, Labels(match.Groups["labels"].Value), Number(match.Groups["value"].Value)));
        }
        foreach (var (name, type) in types.Where(type => type.Value == "histogram"))
            CheckHistogram(name, samples);
        return samples;
    }

    private static string FamilyOf(string sample, Dictionary<string, string> types)
    {
        if (types.ContainsKey(sample))
            return sample;
        var stem = Regex.Replace(sample, "_(bucket|sum|count)$", "");
        types.GetValueOrDefault(stem).ShouldBe("histogram", $"{sample} has no TYPE");
        return stem;
    }

    private static Dictionary<string, string> Labels(string text)
    {
        var labels = new Dictionary<string, string>();
        foreach (Match label in Label().Matches(text))
            labels.TryAdd(label.Groups[1].Value, label.Groups[2].Value).ShouldBeTrue($"label twice: {text}");
        return labels;
    }

    private static void CheckHistogram(string name, List<Sample> samples)
    {
        var series = samples
            .Where(sample => sample.Name == name + "_bucket")
            .GroupBy(sample => string.Join(',', sample.Labels.Where(label => label.Key != "le").OrderBy(l => l.Key)));
        foreach (var buckets in series)
        {
            var values = buckets.OrderBy(bucket => Number(bucket.Labels["le"])).ToList();
            values.Select(bucket => bucket.Value).ShouldBeInOrder();
            values[^1].Labels["le"].ShouldBe("+Inf");
        }
    }

    private static double Number(string text) =>
        text switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.Parse(text, CultureInfo.InvariantCulture),
        };

    [GeneratedRegex(@"^# (?<what>HELP|TYPE) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<rest>.+)$")]
    private static partial Regex Comment();

    [GeneratedRegex(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*",?)+)\})? (?<value>\S+)$"""
    )]
    private static partial Regex SampleLine();

    [GeneratedRegex("""([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)",?""")]
    private static partial Regex Label();
}
