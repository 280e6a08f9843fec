using Chatalot.Shared.Documents;
using Npgsql;

namespace Chatalot.Features.Tests.Documents;

public sealed class SqlStatementTests
{
    [Fact]
    public void Values_are_parameters_in_their_order()
    {
        var parameters = ParametersOf("?, ?, ?", "text", 1, null);

        parameters.Select(p => p.Value).ShouldBe(["text", 1, DBNull.Value]);
    }

    [Fact]
    public void Times_are_sent_in_utc()
    {
        var local = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2));

        var parameters = ParametersOf("?, ?", local, new[] { local });

        parameters[0].Value.ShouldBeOfType<DateTimeOffset>().Offset.ShouldBe(TimeSpan.Zero);
        parameters[1].Value.ShouldBeOfType<DateTimeOffset[]>().ShouldBe([local.ToUniversalTime()]);
    }

    [Fact]
    public void An_array_of_texts_passed_alone_is_one_value()
    {
        string[] names = ["a", "b"];

        ParametersOf("= any(?)", names).ShouldHaveSingleItem().Value.ShouldBeSameAs(names);
    }

    [Fact]
    public void An_enum_is_refused_because_only_the_caller_knows_how_it_is_stored() =>
        Should.Throw<ArgumentException>(() => ParametersOf("?", DayOfWeek.Friday));

    private static List<NpgsqlParameter> ParametersOf(string sql, params object?[] values)
    {
        using var command = new NpgsqlCommand();
        new SqlStatement(sql, values).AddTo(command.Parameters);
        return [.. command.Parameters.Cast<NpgsqlParameter>()];
    }
}
