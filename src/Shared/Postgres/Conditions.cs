namespace Chatalot.Shared.Postgres;

/// <summary>
/// The conditions of a list that were asked for, and only those: no one plan is good for a statement that holds them
/// all (<c>$1 is null or ...</c>), and its plan for all values uses no index.
/// </summary>
public sealed class Conditions
{
    private readonly List<string> conditions = [];
    private readonly List<object> values = [];

    /// <summary>Whether nothing was asked for.</summary>
    public bool AreNone => conditions.Count == 0;

    /// <summary><c>where</c> and the conditions; empty when there are none.</summary>
    public string Where => AreNone ? "" : $"where {string.Join(" and ", conditions)}";

    /// <summary><c>limit</c> and <c>offset</c>, whose values follow <see cref="Values"/>.</summary>
    public string Limit => $"limit ${values.Count + 1} offset ${values.Count + 2}";

    /// <summary>The parameters of <see cref="Where"/>.</summary>
    public object[] Values => [.. values];

    /// <summary>Adds a condition, unless its value is null.</summary>
    /// <param name="condition">SQL of this code, never input; each <c>?</c> stands for the value.</param>
    /// <param name="value">Null: not asked for.</param>
    public Conditions And(string condition, object? value)
    {
        if (value is null)
            return this;
        values.Add(value);
        conditions.Add(condition.Replace("?", $"${values.Count}", StringComparison.Ordinal));
        return this;
    }

    /// <summary>Adds a condition without a value.</summary>
    /// <param name="condition">SQL of this code, never input; null: not asked for.</param>
    public Conditions And(string? condition)
    {
        if (condition is not null)
            conditions.Add(condition);
        return this;
    }
}
