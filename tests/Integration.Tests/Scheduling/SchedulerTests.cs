using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatalot.Integration.Tests.Scheduling;

public sealed class SchedulerTests
{
    // Later than any run of today, so that no run counts for it before its time.
    private static readonly DateTimeOffset Tick = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly DatabaseOptions Nowhere = new()
    {
        ConnectionString = "Host=127.0.0.1;Port=1;Username=nobody",
    };

    private readonly Journal journal = new();

    [Fact]
    public async Task J12_Of_several_processes_one_runs_the_job_at_each_tick()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var first = new JobHost(database, journal, s => s.Schedule<Brief>().Hourly().PreventOverlapping());
        await using var second = new JobHost(database, journal, s => s.Schedule<Brief>().Hourly().PreventOverlapping());
        await Task.WhenAll(first.EnsureSchemaAsync(), second.EnsureSchemaAsync(), first.EnsureSchemaAsync());

        for (var hour = 0; hour < 10; hour++)
        {
            var tick = Tick.AddHours(hour);
            await Task.WhenAll(first.TickAsync<Brief>(tick), second.TickAsync<Brief>(tick));
            await second.TickAsync<Brief>(tick);
        }

        journal.Count(nameof(Brief)).ShouldBe(10);
        journal.MostInside.ShouldBe(1);
        (await LocksAsync(database)).ShouldBe(0);
    }

    [Fact]
    public async Task Two_running_hosts_never_run_a_job_at_the_same_time()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var first = new JobHost(database, journal, Schedule);
        await using var second = new JobHost(database, journal, Schedule);

        await Task.WhenAll(first.StartAsync(), second.StartAsync());
        await journal.UntilAsync(nameof(Brief), 3);
        await Task.WhenAll(first.StopAsync(), second.StopAsync());

        journal.MostInside.ShouldBe(1);
        first.Warnings.Concat(second.Warnings).ShouldBeEmpty();

        static void Schedule(IScheduler scheduler) => scheduler.Schedule<Brief>().EverySeconds(1).PreventOverlapping();
    }

    [Fact]
    public async Task J11_Given_a_running_job_When_its_next_tick_comes_Then_it_is_skipped_in_every_process()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var first = new JobHost(database, journal, s => s.Schedule<Slow>().Hourly().PreventOverlapping());
        await using var second = new JobHost(database, journal, s => s.Schedule<Slow>().Hourly().PreventOverlapping());
        await first.EnsureSchemaAsync();

        var running = first.TickAsync<Slow>(Tick);
        await journal.UntilAsync(nameof(Slow));
        await first.TickAsync<Slow>(Tick.AddHours(1));
        await second.TickAsync<Slow>(Tick.AddHours(1));
        journal.Count(nameof(Slow)).ShouldBe(1);

        journal.Gate.SetResult();
        await running;
        await second.TickAsync<Slow>(Tick.AddHours(2));
        journal.Count(nameof(Slow)).ShouldBe(2);
        (await LocksAsync(database)).ShouldBe(0);
    }

    [Fact]
    public async Task Given_a_pool_of_one_connection_Then_jobs_run_side_by_side_and_their_keys_take_none_of_it()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var host = new JobHost(
            database,
            journal,
            schedule =>
            {
                schedule.Schedule<Slow>().Hourly().PreventOverlapping();
                schedule.Schedule<Quick>().Hourly().PreventOverlapping();
            },
            mostConnections: 1
        );
        await host.EnsureSchemaAsync();

        var running = host.TickAsync<Slow>(Tick);
        await journal.UntilAsync(nameof(Slow));
        await host.TickAsync<Quick>(Tick);
        journal.Count(nameof(Quick)).ShouldBe(1);
        (await LocksAsync(database)).ShouldBe(1);
        journal.Gate.SetResult();
        await running;

        host.Warnings.ShouldBeEmpty();
        (await LocksAsync(database)).ShouldBe(0);
        (await JobConnectionsAsync(database)).ShouldBe(0);
    }

    [Fact]
    public async Task Given_the_connection_of_the_keys_breaks_Then_they_are_free_elsewhere_and_other_jobs_go_on()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var first = new JobHost(database, journal, Schedule);
        await using var second = new JobHost(database, journal, Schedule);
        await first.EnsureSchemaAsync();
        var running = first.TickAsync<Slow>(Tick);
        await journal.UntilAsync(nameof(Slow));

        await database.ScalarAsync($"select pg_terminate_backend(pid) {JobConnections}");
        await Eventually.HoldsAsync(async () => await LocksAsync(database) == 0, "the key is free");
        var taken = second.TickAsync<Slow>(Tick.AddHours(1));
        await journal.UntilAsync(nameof(Slow), 2);
        // The first tick may be the one that finds the connection broken.
        await first.TickAsync<Quick>(Tick);
        await first.TickAsync<Quick>(Tick.AddHours(1));
        journal.Count(nameof(Quick)).ShouldBeInRange(1, 2);
        journal.Gate.SetResult();
        await running;

        (await LocksAsync(database)).ShouldBeLessThanOrEqualTo(1, "only the other process may still have its own");
        await taken;
        (await LocksAsync(database)).ShouldBe(0);

        static void Schedule(IScheduler schedule)
        {
            schedule.Schedule<Slow>().Hourly().PreventOverlapping();
            schedule.Schedule<Quick>().Hourly().PreventOverlapping();
        }
    }

    [Fact]
    public async Task A_job_without_a_key_does_not_overlap_itself_but_every_process_runs_it()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var first = new JobHost(database, journal, s => s.Schedule<Slow>().Hourly());
        await using var second = new JobHost(database, journal, s => s.Schedule<Slow>().Hourly());

        var running = Task.WhenAll(first.TickAsync<Slow>(Tick), second.TickAsync<Slow>(Tick));
        await journal.UntilAsync(nameof(Slow), 2);
        await first.TickAsync<Slow>(Tick.AddHours(1));
        journal.Gate.SetResult();
        await running;

        journal.Count(nameof(Slow)).ShouldBe(2);
    }

    [Fact]
    public async Task Jobs_with_one_key_exclude_each_other()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var host = new JobHost(
            database,
            journal,
            s =>
            {
                s.Schedule<Slow>().Hourly().PreventOverlapping("messages");
                s.Schedule<Quick>().Hourly().PreventOverlapping("messages");
            }
        );
        await host.EnsureSchemaAsync();

        var running = host.TickAsync<Slow>(Tick);
        await journal.UntilAsync(nameof(Slow));
        await host.TickAsync<Quick>(Tick);
        journal.Count(nameof(Quick)).ShouldBe(0);
        journal.Gate.SetResult();
        await running;

        await host.TickAsync<Quick>(Tick);
        journal.Count(nameof(Quick)).ShouldBe(1);
    }

    [Fact]
    public async Task A_job_that_throws_is_logged_and_runs_again_and_others_go_on()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var host = new JobHost(
            database,
            journal,
            s =>
            {
                s.Schedule<Broken>().EverySeconds(1).PreventOverlapping();
                s.Schedule<Quick>().EverySeconds(1).PreventOverlapping();
            }
        );

        await host.StartAsync();
        await journal.UntilAsync(nameof(Broken), 2);
        await journal.UntilAsync(nameof(Quick), 2);
        await host.StopAsync();

        host.Warnings.ShouldContain(
            "Broken failed: InvalidOperationException: out of paper; Broken tries again at its next tick"
        );
        (await OutcomeAsync<Broken>(database)).ShouldBe("failed InvalidOperationException: out of paper");
        (await OutcomeAsync<Quick>(database)).ShouldBe("succeeded ");
    }

    [Fact]
    public async Task J6_A_tick_that_passed_while_no_server_ran_is_made_up_for_once()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();

        await RunServerAsync(runs: 1);
        (await OutcomeAsync<Quick>(database)).ShouldBe("succeeded ");

        await RunServerAsync(runs: 1);

        await database.ScalarAsync(
            "update scheduled_job_runs set last_started_at = last_started_at - interval '2 days'"
        );
        await RunServerAsync(runs: 2);

        async Task RunServerAsync(int runs)
        {
            // The other job's second tick comes long after a daily job would have been made up for.
            var seen = journal.Count(nameof(Brief));
            await using var host = new JobHost(
                database,
                journal,
                s =>
                {
                    s.Schedule<Quick>().Daily().PreventOverlapping();
                    s.Schedule<Brief>().EverySeconds(1);
                }
            );
            await host.StartAsync();
            await journal.UntilAsync(nameof(Quick), runs);
            await journal.UntilAsync(nameof(Brief), seen + 2);
            await host.StopAsync();
            journal.Count(nameof(Quick)).ShouldBe(runs);
        }
    }

    [Fact]
    public async Task Given_no_database_at_the_start_Then_the_jobs_wait_for_it_and_say_so_once()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var clock = new HurriedClock();
        await using var host = new JobHost(
            database,
            journal,
            s => s.Schedule<Quick>().Hourly().PreventOverlapping(),
            services: services =>
            {
                services.AddSingleton<TimeProvider>(clock);
                services.AddSingleton(_ => DatabaseSource.CreatePool(Nowhere));
            }
        );

        await host.StartAsync();
        await Eventually.HoldsAsync(() => clock.Timers >= 4, "the jobs tried again and again");
        await host.StopAsync();

        host.Warnings.ShouldBe(["Jobs cannot start without the database; trying again every 5 s"]);
    }

    /// <summary>Whatever somebody waits for comes at once.</summary>
    private sealed class HurriedClock : TimeProvider
    {
        private int timers;

        public int Timers => Volatile.Read(ref timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref timers);
            return base.CreateTimer(callback, state, TimeSpan.FromMilliseconds(1), period);
        }
    }

    [Fact]
    public async Task The_stop_cancels_a_running_job_and_the_next_start_runs_it_again()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        for (var start = 1; start <= 2; start++)
        {
            await using var host = new JobHost(
                database,
                journal,
                s => s.Schedule<Patient>().Daily().PreventOverlapping()
            );
            await host.StartAsync();
            await journal.UntilAsync(nameof(Patient), start);

            await host.StopAsync();

            (await OutcomeAsync<Patient>(database)).ShouldBe("cancelled ");
            host.Services.GetRequiredService<JobInterruptions>().Count.ShouldBe(1);
            (await LocksAsync(database)).ShouldBe(0);
        }
    }

    [Fact]
    public async Task The_stop_does_not_wait_for_ever_for_a_job_that_does_not_listen()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var host = new JobHost(
            database,
            journal,
            s => s.Schedule<Slow>().Daily().RunOnceAtStart(),
            new() { StopTimeout = TimeSpan.FromMilliseconds(50) }
        );
        await host.StartAsync();
        await journal.UntilAsync(nameof(Slow));

        await host.StopAsync().WaitAsync(TimeSpan.FromSeconds(60));

        journal.Count("Slow ended").ShouldBe(0);
        host.Warnings.ShouldHaveSingleItem().ShouldContain("gave up waiting for its running jobs");
        journal.Gate.SetResult();
        await journal.UntilAsync("Slow ended");
    }

    [Fact]
    public async Task Given_a_job_with_words_of_its_own_Then_its_failure_and_its_absence_are_told_by_them()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var host = new JobHost(database, journal, s => s.Schedule<Worded>().Hourly().PreventOverlapping());

        await host.TickAsync<Worded>(Tick);
        host.Warnings.ShouldHaveSingleItem().ShouldStartWith("Failed to water the plants: PostgresException: 42P01: ");
        await host.EnsureSchemaAsync();
        await host.TickAsync<Worded>(Tick);

        host.Warnings.Last()
            .ShouldBe(
                "Failed to water the plants: InvalidOperationException: out of water; Worded tries again at its next tick"
            );
    }

    [Fact]
    public async Task Given_a_database_that_forgets_the_table_during_a_run_Then_only_the_record_is_missed()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var host = new JobHost(database, journal, s => s.Schedule<Slow>().Hourly().PreventOverlapping());
        await host.EnsureSchemaAsync();

        var running = host.TickAsync<Slow>(Tick);
        await journal.UntilAsync(nameof(Slow));
        await database.ScalarAsync("drop table scheduled_job_runs");
        journal.Gate.SetResult();
        await running;

        host.Warnings.ShouldBe(["A run of Slow could not be recorded"]);
    }

    [Fact]
    public async Task Conditions_decide_at_each_tick()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var open = false;
        await using var host = new JobHost(
            database,
            journal,
            s => s.Schedule<Quick>().Hourly().When(() => Task.FromResult(true)).When(() => Task.FromResult(open))
        );

        await host.TickAsync<Quick>(Tick);
        journal.Count(nameof(Quick)).ShouldBe(0);
        open = true;
        await host.TickAsync<Quick>(Tick);
        journal.Count(nameof(Quick)).ShouldBe(1);
    }

    [Fact]
    public async Task Given_a_database_that_is_known_to_be_away_When_a_tick_comes_Then_it_is_skipped_without_a_word()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var pool = DatabaseSource.CreatePool(Nowhere);
        using var watch = new DatabaseAvailability(
            pool,
            Nowhere,
            NullLogger<DatabaseAvailability>.Instance,
            TimeProvider.System
        );
        await using var host = new JobHost(
            database,
            journal,
            s => s.Schedule<Quick>().Hourly().PreventOverlapping(),
            services: services => services.AddSingleton(watch)
        );

        (await watch.CheckAsync(TimeSpan.Zero, default)).ShouldBeFalse();
        await host.TickAsync<Quick>(Tick);

        host.Warnings.ShouldBeEmpty();
        journal.Count(nameof(Quick)).ShouldBe(0);
    }

    [Fact]
    public async Task Each_run_has_a_scope_of_its_own()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var host = new JobHost(
            database,
            journal,
            s => s.Schedule<Scoped>().Hourly(),
            services: s => s.AddScoped<Ticket>()
        );

        await host.TickAsync<Scoped>(Tick);
        await host.TickAsync<Scoped>(Tick);

        journal.Count("taken").ShouldBe(2);
        journal.Count("given back").ShouldBe(2);
    }

    [Fact]
    public async Task Given_no_database_When_a_tick_comes_Then_it_is_logged_and_the_next_one_runs()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var host = new JobHost(database, journal, s => s.Schedule<Quick>().Hourly().PreventOverlapping());

        // The table is not there yet, as the database would not be.
        await host.TickAsync<Quick>(Tick);
        var warning = host.Warnings.ShouldHaveSingleItem();
        warning.ShouldStartWith("Quick failed: PostgresException: 42P01: ");
        warning.ShouldEndWith("; Quick could not be run");
        (await LocksAsync(database)).ShouldBe(0);

        await host.EnsureSchemaAsync();
        await host.TickAsync<Quick>(Tick);
        journal.Count(nameof(Quick)).ShouldBe(1);
    }

    private const string JobConnections =
        "from pg_stat_activity where datname = current_database() and application_name like '%-jobs'";

    private static async Task<long> JobConnectionsAsync(TestDatabase database) =>
        (long)(await database.ScalarAsync($"select count(*) {JobConnections}"))!;

    private static async Task<string> OutcomeAsync<T>(TestDatabase database) =>
        (string)
            (
                await database.ScalarAsync(
                    "select last_outcome || ' ' || coalesce(last_error, '') from scheduled_job_runs "
                        + $"where job = '{typeof(T).Name}' and last_finished_at >= last_started_at"
                )
            )!;

    private static async Task<long> LocksAsync(TestDatabase database) =>
        (long)
            (
                await database.ScalarAsync(
                    "select count(*) from pg_locks join pg_database d on d.oid = database "
                        + "where locktype = 'advisory' and datname = current_database()"
                )
            )!;
}

internal sealed class Ticket(Journal journal) : IDisposable
{
    public void Take() => journal.Write("taken");

    public void Dispose() => journal.Write("given back");
}

[FailsAs("Failed to water the plants")]
internal sealed class Worded : IInvocable
{
    public Task Invoke() => throw new InvalidOperationException("out of water");
}

internal sealed class Scoped(Ticket ticket) : IInvocable
{
    public Task Invoke()
    {
        ticket.Take();
        return Task.CompletedTask;
    }
}
