using System.Text;
using Chatalot.Shared.Logging;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Infrastructure;

/// <summary>
/// A server whose log a test reads as an operator does: line by line, from the product's own formatter.
/// </summary>
internal sealed class ObservedServer : IAsyncDisposable
{
    private readonly LogPipeline log;
    private readonly LineWriter output;

    private ObservedServer(TestServer server, LogPipeline log, LineWriter output)
    {
        Server = server;
        this.log = log;
        this.output = output;
    }

    public TestServer Server { get; }

    /// <summary>The lines so far, oldest first.</summary>
    public string[] Lines => output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <param name="verbosity">Value of <c>RUST_LOG</c>; null: unset.</param>
    /// <param name="isJson"><c>LOG_FORMAT=json</c>.</param>
    /// <param name="files">Keep log files in the server's data folder.</param>
    /// <param name="slowStatement">A statement that takes longer is slow.</param>
    /// <param name="set">Further environment variables.</param>
    /// <param name="adjust">Replaces registered services, after all others.</param>
    public static async Task<ObservedServer> StartAsync(
        string? verbosity = null,
        bool isJson = false,
        LogFileOptions? files = null,
        TimeSpan? slowStatement = null,
        Dictionary<string, string>? set = null,
        Action<IServiceCollection>? adjust = null
    )
    {
        var output = new LineWriter();
        var log = LogPipeline.Open(
            new LogOptions
            {
                Verbosity = Verbosity.Parse(verbosity),
                IsJson = isJson,
                Files = files,
                SlowStatement = slowStatement ?? TimeSpan.Zero,
            },
            output
        );
        var server = await TestServer.StartAsync(
            set,
            services =>
            {
                services.AddLogging(logging => logging.AddChatalotLogging(log));
                adjust?.Invoke(services);
            }
        );
        return new ObservedServer(server, log, output);
    }

    /// <summary>Forgets the lines so far.</summary>
    public void Clear() => output.Clear();

    /// <summary>Waits until a line holds the text.</summary>
    public async Task<string> LineAsync(string text)
    {
        await Eventually.HoldsAsync(() => Lines.Any(line => line.Contains(text)), $"a line with {text}");
        return Lines.First(line => line.Contains(text));
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        log.Dispose();
    }

    private sealed class LineWriter : TextWriter
    {
        private readonly StringBuilder text = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            lock (text)
                text.Append(value);
        }

        public override void Write(string? value)
        {
            lock (text)
                text.Append(value);
        }

        public override string ToString()
        {
            lock (text)
                return text.ToString();
        }

        public void Clear()
        {
            lock (text)
                text.Clear();
        }
    }
}
