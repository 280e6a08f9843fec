using Chatalot.Features.Frames;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Realtime;
using Npgsql;

namespace Chatalot.Features.Announcements;

/// <summary>
/// Brings new announcements to every open socket of every process: each hears of them by a signal. Clients load the
/// list at their start, so one that was missed is not lost.
/// </summary>
internal sealed class AnnouncementBroadcast(NpgsqlDataSource database, DatabaseSignals signals, Connections connections)
    : SignalListener(signals, Channel)
{
    private const string Channel = "announcements_made";

    /// <summary>Tells every process, at the commit of the connection's transaction.</summary>
    public static Task SignalAsync(NpgsqlConnection connection, Guid announcementId, CancellationToken ct) =>
        DatabaseSignals.NotifyAsync(connection, Channel, announcementId.ToString(), ct);

    /// <inheritdoc/>
    protected override async ValueTask HearAsync(string payload)
    {
        if (!Guid.TryParse(payload, out var id))
            return;
        var announcement = await database.FirstAsync(
            $"select {AnnouncementResponse.Columns} from announcements a where a.id = $1",
            AnnouncementResponse.Read,
            CancellationToken.None,
            id
        );
        if (announcement is null)
            return;
        var frame = Wire.Of(announcement.ToFrame());
        foreach (var connection in connections.All)
            connection.Send(frame);
    }
}
