using System.Globalization;
using System.Text.RegularExpressions;

namespace Chatalot.Features.Tests.Guide;

/// <summary>
/// Each row of the guide (contract, operations.md 1) and each defect of jobs that must not come back (4.3) has tests of
/// its own, found by its number in their names.
/// </summary>
public sealed partial class RowCoverage
{
    private const int Rows = 66;
    private const int Defects = 12;

    private static readonly List<string> Names =
    [
        .. Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(file => TestName().Matches(File.ReadAllText(file)))
            .Select(name => name.Groups[1].Value),
    ];

    [Fact]
    public void Every_row_has_a_test_with_its_number()
    {
        var covered = Names.SelectMany(RowsOf).ToHashSet();

        Enumerable.Range(1, Rows).Except(covered).ShouldBeEmpty();
    }

    [Fact]
    public void Every_defect_of_jobs_has_a_test_with_its_number()
    {
        var covered = Names.SelectMany(name => NumbersOf(Defect(), name)).ToHashSet();

        Enumerable.Range(1, Defects).Except(covered).ShouldBeEmpty();
    }

    [Fact]
    public void No_test_stands_for_two_rows() => Names.Where(name => RowsOf(name).Count() > 1).ShouldBeEmpty();

    private static IEnumerable<int> RowsOf(string name) => NumbersOf(Row(), name);

    private static IEnumerable<int> NumbersOf(Regex rule, string name) =>
        rule.Matches(name).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"public (?:async Task|void) (\w+)\(")]
    private static partial Regex TestName();

    [GeneratedRegex("(?<=^|_)G([0-9]{2})_")]
    private static partial Regex Row();

    [GeneratedRegex("(?<=^|_)J([0-9]{1,2})_")]
    private static partial Regex Defect();
}
