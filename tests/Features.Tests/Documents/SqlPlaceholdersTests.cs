using Chatalot.Shared.Documents;

namespace Chatalot.Features.Tests.Documents;

public sealed class SqlPlaceholdersTests
{
    [Theory]
    [InlineData("where id = ?", "where id = $1")]
    [InlineData("where a = ? and b in (?, ?)", "where a = $1 and b in ($2, $3)")]
    [InlineData("where id = any(?) limit ?", "where id = any($1) limit $2")]
    [InlineData("where name like ?||'%'", "where name like $1||'%'")]
    [InlineData("where at > ?::timestamptz", "where at > $1::timestamptz")]
    [InlineData("values (?,?)", "values ($1,$2)")]
    [InlineData("set a = ?\nwhere b = ?", "set a = $1\nwhere b = $2")]
    [InlineData("limit ?-1", "limit $1-1")]
    public void Placeholders_become_numbered_parameters(string sql, string expected) => Rewrite(sql).ShouldBe(expected);

    [Theory]
    [InlineData("where a = 'what?' and b = ?", "where a = 'what?' and b = $1")]
    [InlineData("where a = 'it''s ?' and b = ?", "where a = 'it''s ?' and b = $1")]
    [InlineData(@"where a = E'it\'s ?' and b = ?", @"where a = E'it\'s ?' and b = $1")]
    [InlineData(@"where a = E'x''\' ?' and b = ?", @"where a = E'x''\' ?' and b = $1")]
    [InlineData(@"where a = 'back\' and b = ?", @"where a = 'back\' and b = $1")]
    [InlineData("""where "odd?" = ?""", """where "odd?" = $1""")]
    [InlineData("where a = ? -- why?\nand b = ?", "where a = $1 -- why?\nand b = $2")]
    [InlineData("/* why? /* deep? */ really? */ where a = ?", "/* why? /* deep? */ really? */ where a = $1")]
    [InlineData("select $$ ? $$, $tag$ ? $$ ? $tag$, ?", "select $$ ? $$, $tag$ ? $$ ? $tag$, $1")]
    public void Literals_identifiers_and_comments_are_left_alone(string sql, string expected) =>
        Rewrite(sql).ShouldBe(expected);

    [Theory]
    [InlineData("where data ? 'tags' and b = ?", "where data ? 'tags' and b = $1")]
    [InlineData("where data -> 'tags' ? ?", "where data -> 'tags' ? $1")]
    [InlineData("where data -> 'tags' ?| ?", "where data -> 'tags' ?| $1")]
    [InlineData("where data -> 'tags' ?& array['a', ?]", "where data -> 'tags' ?& array['a', $1]")]
    [InlineData("where data @? '$.a' and b = ?", "where data @? '$.a' and b = $1")]
    [InlineData("where data ? (lower(?))", "where data ? (lower($1))")]
    [InlineData("where data ?? lower(?)", "where data ? lower($1)")]
    public void Jsonb_operators_are_left_alone(string sql, string expected) => Rewrite(sql).ShouldBe(expected);

    [Theory]
    [InlineData("where a = ?", 0)]
    [InlineData("where a = ?", 2)]
    [InlineData("where a = '?'", 1)]
    public void Another_number_of_values_than_placeholders_is_refused(string sql, int values) =>
        Should.Throw<ArgumentException>(() => SqlPlaceholders.ToPositional(sql, values)).Message.ShouldContain(sql);

    private static string Rewrite(string sql)
    {
        for (var values = 0; values < 4; values++)
        {
            try
            {
                return SqlPlaceholders.ToPositional(sql, values);
            }
            catch (ArgumentException) when (values < 3) { }
        }
        throw new InvalidOperationException("unreachable");
    }
}
