using System.Collections.Concurrent;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatalot.Integration.Tests.Postgres;

public sealed class DatabaseSignalsTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> heard = new();
    private readonly LogLines<DatabaseSignals> log = new();
    private TestDatabase database = null!;
    private DatabaseAvailability availability = null!;
    private DatabaseSignals signals = null!;
    private int missed;

    public async Task InitializeAsync()
    {
        database = await TestDatabase.CreateEmptyAsync();
        var options = new DatabaseOptions { ConnectionString = database.ConnectionString };
        availability = new DatabaseAvailability(
            database.DataSource,
            options,
            NullLogger<DatabaseAvailability>.Instance,
            TimeProvider.System
        );
        signals = new DatabaseSignals(database.DataSource, options, availability, log, TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        await signals.StopAsync(CancellationToken.None);
        signals.Dispose();
        availability.Dispose();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Signals_arrive_in_order_on_their_channel_alone()
    {
        Subscribe("kick");
        await signals.StartAsync(CancellationToken.None);
        await HeardMissedAsync(1);

        await signals.NotifyAsync("settings", "not for us", CancellationToken.None);
        for (var number = 0; number < 5; number++)
            await signals.NotifyAsync("kick", $"user {number}", CancellationToken.None);

        await HeardAsync(5);
        heard.ShouldBe(["user 0", "user 1", "user 2", "user 3", "user 4"]);
    }

    [Fact]
    public async Task A_channel_subscribed_later_is_heard_as_well()
    {
        await signals.StartAsync(CancellationToken.None);
        Subscribe("first");
        await HeardMissedAsync(1);
        Subscribe("second");
        await HeardMissedAsync(2);

        await signals.NotifyAsync("first", "1", CancellationToken.None);
        await signals.NotifyAsync("second", "2", CancellationToken.None);

        await HeardAsync(2);
        heard.ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task A_signal_of_a_transaction_arrives_with_its_commit_or_never()
    {
        Subscribe("kick");
        await signals.StartAsync(CancellationToken.None);
        await HeardMissedAsync(1);

        await using var connection = await database.DataSource.OpenConnectionAsync();
        await using (var undone = await connection.BeginTransactionAsync())
        {
            await DatabaseSignals.NotifyAsync(connection, "kick", "undone", CancellationToken.None);
            await undone.RollbackAsync();
        }
        await using (var done = await connection.BeginTransactionAsync())
        {
            await DatabaseSignals.NotifyAsync(connection, "kick", "done", CancellationToken.None);
            heard.ShouldBeEmpty();
            await done.CommitAsync();
        }

        await HeardAsync(1);
        heard.ShouldBe(["done"]);
    }

    [Fact]
    public async Task Given_the_connection_breaks_When_it_is_back_Then_subscribers_are_told_and_hear_again()
    {
        Subscribe("kick");
        await signals.StartAsync(CancellationToken.None);
        await HeardMissedAsync(1);

        await PrivateCluster.AskAsync<long>(
            database.ConnectionString,
            """
            select count(pg_terminate_backend(pid)) from pg_stat_activity
            where datname = current_database() and application_name = 'chatalot-server-signals'
            """
        );
        await HeardMissedAsync(2);
        await signals.NotifyAsync("kick", "again", CancellationToken.None);

        await HeardAsync(1);
    }

    [Fact]
    public async Task A_subscriber_that_fails_or_left_does_not_disturb_the_others()
    {
        signals.Subscribe("kick", _ => throw new InvalidOperationException("no"), () => { });
        var left = signals.Subscribe("kick", Hear, Missed);
        Subscribe("kick");
        await signals.StartAsync(CancellationToken.None);
        await HeardMissedAsync(2);
        left.Dispose();

        await signals.NotifyAsync("kick", "once", CancellationToken.None);

        await HeardAsync(1);
        log.All.ShouldContain("Error: A subscriber of signal channel kick failed");
    }

    [Fact]
    public async Task Names_and_payloads_that_PostgreSQL_would_not_take_are_refused()
    {
        Should.Throw<ArgumentException>(() => signals.Subscribe("a\"; drop", Hear, Missed));
        await Should.ThrowAsync<ArgumentException>(() =>
            signals.NotifyAsync("kick", new string('x', 8000), CancellationToken.None)
        );
    }

    private void Subscribe(string channel) => signals.Subscribe(channel, Hear, Missed);

    private ValueTask Hear(string payload)
    {
        heard.Enqueue(payload);
        return ValueTask.CompletedTask;
    }

    private void Missed() => Interlocked.Increment(ref missed);

    private Task HeardMissedAsync(int times) => Eventually.HoldsAsync(() => missed == times, $"missed {times} times");

    private Task HeardAsync(int count) => Eventually.HoldsAsync(() => heard.Count == count, $"{count} signals");
}
