using Npgsql;
using NpgsqlTypes;

namespace Chatalot.Shared.Documents;

/// <summary>A statement with placeholders and its values, ready to be sent.</summary>
internal sealed class SqlStatement
{
    private readonly object?[] values;

    /// <exception cref="ArgumentException">Placeholders and values do not match, or a value cannot be sent.</exception>
    public SqlStatement(string sql, object?[] values)
    {
        // string[] is an object[] too: it came as the one value of a call that has one placeholder.
        this.values = values.GetType() == typeof(object[]) ? values : [values];
        Text = SqlPlaceholders.ToPositional(sql, this.values.Length);
    }

    public string Text { get; }

    public void AddTo(NpgsqlParameterCollection parameters)
    {
        foreach (var value in values)
            parameters.Add(ToParameter(value));
    }

    internal static NpgsqlParameter ToParameter(object? value) =>
        value switch
        {
            null => new() { Value = DBNull.Value },
            Guid id => new NpgsqlParameter<Guid> { TypedValue = id },
            string text => new NpgsqlParameter<string> { TypedValue = text, NpgsqlDbType = NpgsqlDbType.Text },
            // Npgsql takes only UTC for timestamptz; the instant is the same.
            DateTimeOffset time => new NpgsqlParameter<DateTimeOffset> { TypedValue = time.ToUniversalTime() },
            DateTimeOffset[] times => new() { Value = Array.ConvertAll(times, t => t.ToUniversalTime()) },
            Enum => throw new ArgumentException($"Pass {value.GetType().Name} as the text that is stored."),
            _ => new() { Value = value },
        };
}
