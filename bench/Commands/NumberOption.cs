using System.CommandLine;

namespace Chatalot.Bench.Commands;

/// <summary>An option that is a whole number.</summary>
internal static class NumberOption
{
    public static Option<int> Create(string name, string description, int value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };
}
