using Chatalot.Shared.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Channels;

/// <summary>Changes of access over the database's notifications.</summary>
internal sealed partial class AccessSignals(DatabaseSignals signals, ILogger<AccessSignals> log)
    : IAccessSignals,
        IDisposable
{
    private const string Channel = "channel_access";

    private IDisposable? subscription;

    public void Listen(Action<string> onSignal, Action onMissed) =>
        subscription = signals.Subscribe(
            Channel,
            signal =>
            {
                onSignal(signal);
                return ValueTask.CompletedTask;
            },
            onMissed
        );

    public async Task SendAsync(string signal)
    {
        try
        {
            await signals.NotifyAsync(Channel, signal, CancellationToken.None);
        }
        catch (NpgsqlException reason)
        {
            LogNotSent(reason.Message);
        }
    }

    public void Dispose() => subscription?.Dispose();

    [LoggerMessage(
        EventName = "ChannelAccessSignalNotSent",
        Level = LogLevel.Error,
        Message = "A change of channel access is committed, but other servers could not be told: {Reason}"
    )]
    private partial void LogNotSent(string reason);
}
