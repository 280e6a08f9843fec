using Chatalot.Features.Frames;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Realtime;
using Npgsql;

namespace Chatalot.Features.Reports;

/// <summary>
/// Brings new reports to the operators at every process: each hears of them by a signal. They wait in the operators'
/// list, so one that was missed is not lost.
/// </summary>
internal sealed class ReportBroadcast(NpgsqlDataSource database, DatabaseSignals signals, Connections connections)
    : SignalListener(signals, Channel)
{
    private const string Channel = "reports_created";

    /// <summary>Tells every process, at the commit of the connection's transaction.</summary>
    public static Task SignalAsync(NpgsqlConnection connection, Guid reportId, CancellationToken ct) =>
        DatabaseSignals.NotifyAsync(connection, Channel, reportId.ToString(), ct);

    /// <inheritdoc/>
    protected override async ValueTask HearAsync(string payload)
    {
        if (!Guid.TryParse(payload, out var id))
            return;
        var operators = await database.ListAsync(
            "select id from mt_doc_user where (data ->> 'is_admin')::boolean or (data ->> 'is_owner')::boolean",
            row => row.GetGuid(0),
            CancellationToken.None
        );
        if (operators.TrueForAll(one => connections.Of(one).Count == 0))
            return;
        var frame = await database.FirstAsync(
            "select id, report_type, target_id, created_at from reports where id = $1",
            row =>
                Wire.Of(
                    new ReportCreatedFrame(
                        row.GetGuid(0),
                        row.GetString(1),
                        row.GetGuid(2),
                        row.GetFieldValue<DateTimeOffset>(3)
                    )
                ),
            CancellationToken.None,
            id
        );
        if (frame is null)
            return;
        foreach (var one in operators)
            connections.SendToUser(one, frame);
    }
}
