using Chatalot.Features.Frames;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Realtime;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Chatalot.Features.Reports;

/// <summary>Brings new reports to the operators at every process: each hears of them by a signal.</summary>
internal sealed class ReportBroadcast(NpgsqlDataSource database, DatabaseSignals signals, Connections connections)
    : IHostedService
{
    private const string Channel = "reports_created";

    private IDisposable? subscription;

    /// <summary>Tells every process, at the commit of the connection's transaction.</summary>
    public static Task SignalAsync(NpgsqlConnection connection, Guid reportId, CancellationToken ct) =>
        DatabaseSignals.NotifyAsync(connection, Channel, reportId.ToString(), ct);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Reports wait in the operators' list, so one that was missed is not lost.
        subscription = signals.Subscribe(Channel, OnCreatedAsync, onMissed: () => { });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        subscription?.Dispose();
        return Task.CompletedTask;
    }

    private async ValueTask OnCreatedAsync(string payload)
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
