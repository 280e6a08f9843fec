using System.Threading.Channels;
using Chatalot.Features.Messages;
using Chatalot.Shared.Http;
using Chatalot.Shared.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Search;

/// <summary>
/// Keeps the text index up to date in the background. While messages come in or are read it works 4 % of the time only:
/// people go first, and a search brings its own channels up to date before it looks.
/// </summary>
internal sealed partial class Indexing(
    TextIndex index,
    DatabaseAvailability database,
    SchemaReadiness schema,
    RequestCount requests,
    TimeProvider clock,
    ILogger<Indexing> logger
) : BackgroundService, IMessageObserver
{
    private const int PausePerWork = 24;

    private const int PausePerWorkWhenQuiet = 2;

    /// <summary>So many answers during a piece of work are no sign of people: probes ask, too.</summary>
    private const int FewRequests = 10;

    /// <summary>For what other processes stored; searches do not wait for it.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(5);

    /// <summary>Until the database can be asked again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Gathering = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private readonly Channel<bool> woken = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );
    private long stored;

    /// <inheritdoc/>
    public void Stored(NewMessage message)
    {
        Interlocked.Increment(ref stored);
        woken.Writer.TryWrite(true);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var storedBefore = Interlocked.Read(ref stored);
            var answeredBefore = requests.Answered;
            var startedAt = clock.GetTimestamp();
            var advanced = await AdvanceAsync(stoppingToken);
            var isBusy =
                Interlocked.Read(ref stored) != storedBefore || requests.Answered - answeredBefore > FewRequests;
            var pause = clock.GetElapsedTime(startedAt) * (isBusy ? PausePerWork : PausePerWorkWhenQuiet);
            if (advanced is null)
                await Task.Delay(Patience, clock, stoppingToken);
            else if (advanced == 0)
                await RestAsync(stoppingToken);
            else
                await Task.Delay(pause < LongestPause ? pause : LongestPause, clock, stoppingToken);
        }
    }

    private async Task RestAsync(CancellationToken stopping)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(Rest);
        try
        {
            await woken.Reader.ReadAsync(limit.Token);
            // What is said in the next moment is worth the same round.
            await Task.Delay(Gathering, clock, stopping);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // Nothing was said for the whole time.
        }
    }

    /// <summary>How many messages were looked at; null when the database cannot be asked now.</summary>
    private async Task<int?> AdvanceAsync(CancellationToken ct)
    {
        if (!database.IsAvailable || !schema.IsReady)
            return null;
        try
        {
            return await index.AdvanceAsync(channelIds: null, ct);
        }
        catch (NpgsqlException problem)
        {
            LogNotIndexed(problem.Message);
            return null;
        }
    }

    [LoggerMessage(
        EventName = "TextsNotIndexed",
        Level = LogLevel.Warning,
        Message = "Messages could not be made searchable, trying again: {Reason}"
    )]
    private partial void LogNotIndexed(string reason);
}
