using System.Collections.Concurrent;
using System.Threading.Channels;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Scheduling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chatalot.Integration.Tests.Scheduling;

/// <summary>What the jobs of one test did, over all its hosts.</summary>
internal sealed class Journal
{
    private readonly ConcurrentQueue<string> entries = [];
    private readonly Channel<string> written = Channel.CreateUnbounded<string>();
    private int inside;

    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    public int MostInside { get; private set; }

    public int Count(string entry) => entries.Count(e => e == entry);

    public void Write(string entry)
    {
        entries.Enqueue(entry);
        written.Writer.TryWrite(entry);
    }

    public async Task UntilAsync(string entry, int count = 1)
    {
        while (Count(entry) < count)
            await written.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
    }

    public IDisposable Enter()
    {
        MostInside = Math.Max(MostInside, Interlocked.Increment(ref inside));
        return new Leaving(this);
    }

    private sealed class Leaving(Journal journal) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref journal.inside);
    }
}

/// <summary>
/// One server process with jobs, as far as the database can tell: it shares nothing with other hosts.
/// </summary>
internal sealed class JobHost : ILoggerProvider, ILogger, IAsyncDisposable
{
    private readonly IHost host;

    public JobHost(
        TestDatabase database,
        Journal journal,
        Action<IScheduler> schedule,
        SchedulerOptions? options = null,
        Action<IServiceCollection>? services = null,
        int mostConnections = 50
    )
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddProvider(this);
        var source = new DatabaseOptions
        {
            ConnectionString = database.ConnectionString,
            MaxPoolSize = mostConnections,
            MinPoolSize = 0,
        };
        builder.Services.AddSingleton(source);
        builder.Services.AddSingleton(_ => DatabaseSource.CreatePool(source));
        builder.Services.AddSingleton(journal);
        builder.Services.AddScheduler(schedule, options ?? new() { CatchUpDelay = TimeSpan.Zero });
        services?.Invoke(builder.Services);
        host = builder.Build();
    }

    public ConcurrentQueue<string> Warnings { get; } = [];

    public IServiceProvider Services => host.Services;

    public Task StartAsync() => host.StartAsync();

    public Task StopAsync() => host.StopAsync();

    public Task EnsureSchemaAsync() => host.Services.GetRequiredService<JobRuns>().EnsureSchemaAsync(default);

    /// <summary>What happens when a tick comes, without waiting for one.</summary>
    public Task TickAsync<T>(DateTimeOffset due) =>
        host
            .Services.GetRequiredService<InvocableRunner>()
            .RunAsync(host.Services.GetRequiredService<Scheduler>()[typeof(T).Name], due, default);

    public async ValueTask DisposeAsync() => await ((IAsyncDisposable)host).DisposeAsync();

    ILogger ILoggerProvider.CreateLogger(string categoryName) => this;

    void IDisposable.Dispose() { }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    void ILogger.Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (logLevel >= LogLevel.Warning)
            Warnings.Enqueue(formatter(state, exception));
    }
}

internal sealed class Quick(Journal journal) : IInvocable
{
    public Task Invoke()
    {
        journal.Write(nameof(Quick));
        return Task.CompletedTask;
    }
}

internal sealed class Broken(Journal journal) : IInvocable
{
    public Task Invoke()
    {
        journal.Write(nameof(Broken));
        throw new InvalidOperationException("out of paper");
    }
}

/// <summary>Runs until the test opens the gate, deaf to the stop.</summary>
internal sealed class Slow(Journal journal) : IInvocable
{
    public async Task Invoke()
    {
        using var _ = journal.Enter();
        journal.Write(nameof(Slow));
        await journal.Gate.Task;
        journal.Write("Slow ended");
    }
}

/// <summary>Runs until the server stops.</summary>
internal sealed class Patient(Journal journal) : IInvocable, ICancellableInvocable
{
    public CancellationToken CancellationToken { get; set; }

    public async Task Invoke()
    {
        journal.Write(nameof(Patient));
        await Task.Delay(Timeout.Infinite, CancellationToken);
    }
}

/// <summary>Ends one moment after it began, and says how many run with it.</summary>
internal sealed class Brief(Journal journal) : IInvocable
{
    public async Task Invoke()
    {
        using var _ = journal.Enter();
        await Task.Yield();
        journal.Write(nameof(Brief));
    }
}
