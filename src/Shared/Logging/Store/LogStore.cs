using System.Buffers;
using System.Threading.Channels;
using Serilog.Core;
using Serilog.Events;

namespace Chatalot.Shared.Logging.Store;

/// <summary>
/// Keeps the last events as JSON lines: in files when there is a folder for them, the newest always in memory. Whoever
/// wants to follow hears each new line.
/// </summary>
public sealed class LogStore : ILogEventSink, IDisposable
{
    private const int KeptInMemory = 2000;
    private const int MostUnheard = 2000;
    private const int MostListeners = 16;

    private readonly Lock gate = new();
    private readonly ArrayBufferWriter<byte> line = new(1024);
    private readonly Queue<byte[]> recent = new(KeptInMemory);
    private readonly List<Channel<byte[]>> listeners = [];
    private readonly RollingLogFile? file;

    internal LogStore(LogFileOptions? files)
    {
        Files = files;
        file = files is null ? null : new RollingLogFile(files, TimeProvider.System);
    }

    /// <summary>Where files are kept; null: in memory only.</summary>
    public LogFileOptions? Files { get; }

    /// <summary>Why files cannot be written at present, or null.</summary>
    public string? WhyNoFiles => file?.LastProblem;

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        lock (gate)
        {
            line.ResetWrittenCount();
            JsonLineFormatter.Write(logEvent, line);
            file?.Write(line.WrittenSpan);
            var bytes = line.WrittenSpan.ToArray();
            if (recent.Count == KeptInMemory)
                recent.Dequeue();
            recent.Enqueue(bytes);
            foreach (var listener in listeners)
                listener.Writer.TryWrite(bytes);
        }
    }

    /// <summary>
    /// Every line from now on, until cancelled. A listener that does not keep up loses the oldest lines. Null when too
    /// many listen already.
    /// </summary>
    public IAsyncEnumerable<byte[]>? Follow(CancellationToken ct)
    {
        var listener = Channel.CreateBounded<byte[]>(
            new BoundedChannelOptions(MostUnheard) { FullMode = BoundedChannelFullMode.DropOldest }
        );
        lock (gate)
        {
            if (listeners.Count >= MostListeners)
                return null;
            listeners.Add(listener);
        }
        ct.Register(() =>
        {
            lock (gate)
                listeners.Remove(listener);
            listener.Writer.TryComplete();
        });
        return listener.Reader.ReadAllAsync(CancellationToken.None);
    }

    /// <summary>Finds events, newest first: in the files, or in memory when there are none.</summary>
    public LogPage Search(LogQuery query, int limit, string? cursor, CancellationToken ct) =>
        Files is not null && Directory.Exists(Files.Folder)
            ? LogSearch.InFolder(Files.Folder, query, limit, cursor, ct)
            : LogSearch.InMemory(Recent(), query, limit);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            file?.Dispose();
            foreach (var listener in listeners)
                listener.Writer.TryComplete();
        }
    }

    private byte[][] Recent()
    {
        lock (gate)
            return [.. recent];
    }
}
