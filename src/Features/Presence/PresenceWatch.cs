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
    PresenceStore store,
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
        var facts = await store.LoadAsync([session.Caller.UserId], ct);
        board.Arrive(session.Connection, facts.Single(), question);
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

    private ValueTask OnChanged(string userId)
    {
        if (Guid.TryParse(userId, out var id))
            _ = LearnAsync([id]);
        return ValueTask.CompletedTask;
    }

    private void OnMissed() => _ = LearnAsync(board.Everybody);

    private async Task LearnAsync(Guid[] userIds)
    {
        var questions = new Dictionary<Guid, int>();
        foreach (var userId in userIds)
        {
            if (board.Ask(userId) is { } question)
                questions[userId] = question;
        }
        if (questions.Count == 0)
            return;
        try
        {
            foreach (var facts in await store.LoadAsync([.. questions.Keys], CancellationToken.None))
                board.Learn(facts, questions[facts.UserId]);
        }
        catch (NpgsqlException away)
        {
            // The signals' connection breaks with it: all is asked again when it is back.
            LogNotLearned(logger, away.Message);
        }
    }

    [LoggerMessage(
        EventName = "PresenceNotLearned",
        Level = LogLevel.Warning,
        Message = "Who sees whose presence could not be read again: {Reason}"
    )]
    private static partial void LogNotLearned(ILogger logger, string reason);
}
