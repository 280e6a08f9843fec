using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Npgsql;

namespace Chatalot.Features.Operations;

/// <summary>
/// GET /api/admin/slow-queries: the statements that take longest on average, as PostgreSQL counted them since the last
/// reset. Texts are normalised by PostgreSQL: they hold no values. Operators only.
/// </summary>
public sealed class GetSlowQueries(NpgsqlDataSource database) : EndpointWithoutRequest<GetSlowQueries.Response>
{
    private const int LongestText = 4000;

    /// <summary>The statements.</summary>
    /// <param name="Available">False: PostgreSQL does not count statements; see <paramref name="Hint"/>.</param>
    /// <param name="Hint">What an operator has to do about it.</param>
    /// <param name="Queries">The slowest on average first, at most 50.</param>
    public sealed record Response(bool Available, string? Hint, IReadOnlyList<Row> Queries);

    /// <summary>One statement.</summary>
    /// <param name="Query">Its text, without values.</param>
    /// <param name="Calls">How often it ran.</param>
    /// <param name="AvgMs">Milliseconds on average.</param>
    /// <param name="TotalMs">Milliseconds together.</param>
    /// <param name="Rows">Rows together.</param>
    public sealed record Row(string Query, long Calls, decimal AvgMs, decimal TotalMs, long Rows);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/admin/slow-queries");
        Policies(InstancePolicy.Operator);
        Summary("The slowest database statements", 403);
    }

    /// <inheritdoc/>
    public override async Task<Response> ExecuteAsync(CancellationToken ct)
    {
        try
        {
            return new Response(true, null, await ReadAsync(ct));
        }
        catch (PostgresException missing) when (StatementStatistics.IsMissing(missing))
        {
            return new Response(false, StatementStatistics.Hint, []);
        }
    }

    private async Task<List<Row>> ReadAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"""
            select left(query, {LongestText}), calls, mean_exec_time::numeric(20,2), total_exec_time::numeric(20,2), rows
            from pg_stat_statements
            where dbid = (select oid from pg_database where datname = current_database())
              and query <> '<insufficient privilege>'
            order by mean_exec_time desc limit 50
            """
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<Row>();
        while (await reader.ReadAsync(ct))
            rows.Add(
                new Row(
                    reader.GetString(0),
                    reader.GetInt64(1),
                    reader.GetDecimal(2),
                    reader.GetDecimal(3),
                    reader.GetInt64(4)
                )
            );
        return rows;
    }
}
