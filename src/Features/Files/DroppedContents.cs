using System.Threading.Channels;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Threads;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Files;

/// <summary>
/// Deletes the bytes of files that went with their channel or message. Their rows go in the transaction of that, by the
/// database's <c>drop_files</c>, which notes the contents and says so; nobody waits for the bytes, however many there
/// are, and while people talk it goes slowly. What is noted outlives a crash, and a store that cannot be reached.
/// </summary>
internal sealed partial class DroppedContents(
    FileContents contents,
    DatabaseSignals signals,
    SchemaReadiness schema,
    LiveTraffic traffic,
    TimeProvider clock,
    ILogger<DroppedContents> log
) : BackgroundService
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Channel<bool> woken = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.WaitAsync(stoppingToken);
        using var subscription = signals.Subscribe("contents_dropped", OnDropped, Wake);
        await foreach (var _ in woken.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                while (await contents.DropNextAsync(stoppingToken))
                    if (traffic.IsLive)
                        await Task.Delay(Rest, clock, stoppingToken);
            }
            catch (Exception failure)
                when (failure is IOException or UnauthorizedAccessException or NpgsqlException or FailureException)
            {
                LogNotDropped(failure.Message);
                await Task.Delay(Patience, clock, stoppingToken);
                Wake();
            }
        }
    }

    private ValueTask OnDropped(string payload)
    {
        Wake();
        return ValueTask.CompletedTask;
    }

    private void Wake() => woken.Writer.TryWrite(true);

    [LoggerMessage(
        EventName = "DroppedContentsKept",
        Level = LogLevel.Warning,
        Message = "The bytes of deleted files could not be deleted, trying again in a minute: {Reason}"
    )]
    private partial void LogNotDropped(string reason);
}
