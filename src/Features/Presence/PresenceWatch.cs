using Chatalot.Features.Auth;
using Chatalot.Features.Gateway;
using Chatalot.Shared.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Presence;

/// <summary>
/// Keeps the board in step with sockets, logins, communities and blocks (contract, realtime.md 2.3, 2.7 and 6 with its
/// corrections B1, B6, D7, F1 to F4).
/// </summary>
internal sealed partial class PresenceWatch(
    PresenceBoard board,
    PresenceReader reader,
    SessionRevocations revocations,
    DatabaseSignals signals,
    ILogger<PresenceWatch> logger
) : ISocketObserver, IHostedService
{
    private readonly List<IDisposable> subscriptions = [];

    /// <inheritdoc/>
    public async ValueTask ArrivedAsync(SocketSession session, CancellationToken ct)
    {
        var question = board.Enter(session.Connection);
        board.Arrive(session.Connection, await reader.ReadAsync(session.Caller.UserId, ct), question);
    }

    /// <inheritdoc/>
    public ValueTask LeftAsync(SocketSession session)
    {
        board.Leave(session.Connection, isForGood: session.Connection.CloseReason == SocketRevocation.Reason);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        revocations.Revoked += OnRevoked;
        subscriptions.Add(signals.Subscribe("communities_changed", OnChanged, OnMissed));
        subscriptions.Add(signals.Subscribe("blocks_changed", OnChanged, OnMissed));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        revocations.Revoked -= OnRevoked;
        subscriptions.ForEach(subscription => subscription.Dispose());
        return Task.CompletedTask;
    }

    private void OnRevoked(SessionRevocation revocation) => board.EndGrace(revocation.UserId, revocation.SessionId);

    /// <summary>Asks the database again about these people, as far as they are on the board.</summary>
    public void Learn(IEnumerable<Guid> userIds)
    {
        foreach (var userId in userIds)
            if (board.Ask(userId) is { } question)
                _ = LearnAsync(userId, question);
    }

    /// <summary>Asks a question that the board has numbered.</summary>
    public async Task LearnAsync(Guid userId, int question)
    {
        try
        {
            board.Learn(await reader.ReadAsync(userId, CancellationToken.None), question);
        }
        catch (NpgsqlException away)
        {
            // The signals' connection breaks with it: all is asked again when it is back.
            LogNotLearned(logger, away.Message);
        }
    }

    private ValueTask OnChanged(string userId)
    {
        if (Guid.TryParse(userId, out var id))
            Learn([id]);
        return ValueTask.CompletedTask;
    }

    private void OnMissed() => Learn(board.Everybody);

    [LoggerMessage(
        EventName = "PresenceNotLearned",
        Level = LogLevel.Warning,
        Message = "Who sees whose presence could not be read again: {Reason}"
    )]
    private static partial void LogNotLearned(ILogger logger, string reason);
}
