using Chatalot.Features.Frames;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Realtime;
using Npgsql;

namespace Chatalot.Features.Keys;

/// <summary>
/// Tells the sockets of a key's owner, wherever they are connected: the notice travels with the commit of what it tells
/// of and each process passes it to its own sockets. What was missed is not lost: clients count their prekeys at every
/// start.
/// </summary>
internal sealed class KeyNotices(DatabaseSignals signals, Connections connections) : SignalListener(signals, Channel)
{
    private const string Channel = "key_notices";

    /// <summary>At the commit: the user has this many one-time prekeys left.</summary>
    public static Task QueueLowAsync(NpgsqlConnection connection, Guid userId, int remaining, CancellationToken ct) =>
        DatabaseSignals.NotifyAsync(connection, Channel, $"low {userId} {remaining}", ct);

    /// <summary>At the commit: the user's identity key was replaced.</summary>
    public static Task QueueChangedAsync(
        NpgsqlConnection connection,
        Guid userId,
        string fingerprint,
        CancellationToken ct
    ) => DatabaseSignals.NotifyAsync(connection, Channel, $"changed {userId} {fingerprint}", ct);

    /// <inheritdoc/>
    protected override ValueTask HearAsync(string payload)
    {
        if (payload.Split(' ') is not [var kind, var user, var value] || !Guid.TryParse(user, out var userId))
            return ValueTask.CompletedTask;
        if (kind == "low" && int.TryParse(value, out var remaining))
            connections.SendToUser(userId, Wire.Of(new KeysLowFrame(remaining)));
        else if (kind == "changed")
            connections.SendToUser(userId, Wire.Of(new IdentityKeyChangedFrame(userId, value)));
        return ValueTask.CompletedTask;
    }
}
