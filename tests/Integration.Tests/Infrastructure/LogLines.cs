using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Chatalot.Integration.Tests.Infrastructure;

/// <summary>Keeps what was logged, so that a test can read it: <c>Warning: Database lost: ...</c></summary>
public sealed class LogLines<T> : ILogger<T>
{
    private readonly ConcurrentQueue<string> lines = new();

    /// <summary>The lines so far, oldest first.</summary>
    public IReadOnlyList<string> All => [.. lines];

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => lines.Enqueue($"{logLevel}: {formatter(state, exception)}");

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
