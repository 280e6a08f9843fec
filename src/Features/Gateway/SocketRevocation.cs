using Chatalot.Features.Auth;
using Chatalot.Features.Frames;
using Chatalot.Shared.Realtime;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Gateway;

/// <summary>
/// Closes sockets whose login has ended: suspended, deleted, logged out, password changed. They hear
/// <c>unauthorized</c>, which makes clients refresh their token or log out, and are closed with 1008.
/// </summary>
public sealed partial class SocketRevocation(
    SessionRevocations revocations,
    Authenticator authenticator,
    Connections connections,
    ILogger<SocketRevocation> logger
) : IHostedService
{
    /// <summary>The close reason of a socket whose login has ended.</summary>
    public const string Reason = "unauthorized";

    private static readonly OutgoingFrame LastFrame = Wire.Of(new ErrorFrame(Reason, "invalid token"));

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        revocations.Revoked += OnRevoked;
        revocations.Missed += OnMissed;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        revocations.Revoked -= OnRevoked;
        revocations.Missed -= OnMissed;
        return Task.CompletedTask;
    }

    private void OnRevoked(SessionRevocation revocation)
    {
        foreach (var connection in connections.Of(revocation.UserId))
        {
            if (revocation.SessionId is null || revocation.SessionId == connection.SessionId)
                Close(connection);
        }
    }

    private void OnMissed() => _ = CheckAllAsync();

    private async Task CheckAllAsync()
    {
        foreach (var connection in connections.All)
        {
            try
            {
                var caller = new Caller(connection.UserId, connection.SessionId, "");
                if (!await authenticator.IsLiveAsync(caller, connection.Ended))
                    Close(connection);
            }
            catch (Exception failure)
                when (failure is NpgsqlException or OperationCanceledException or TimeoutException)
            {
                // The database went away again: its next return brings the next check.
                LogUnchecked(logger, connection.UserId);
                return;
            }
        }
    }

    private static void Close(Connection connection) => connection.Close(CloseCode.PolicyViolation, Reason, LastFrame);

    [LoggerMessage(
        EventName = "SocketsUnchecked",
        Level = LogLevel.Warning,
        Message = "Logins of open sockets could not be checked again, beginning with user {UserId}"
    )]
    private static partial void LogUnchecked(ILogger logger, Guid userId);
}
