using Chatalot.Features.Health;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Chatalot.Host;

/// <summary>
/// Sends the server's metrics to a collector (OTLP over HTTP), once a minute and at the end. Metrics only: spans of
/// requests would carry raw paths, and those hold tokens.
/// </summary>
internal sealed partial class OtlpExport(Uri collector, ILogger<OtlpExport> logger) : IHostedService, IDisposable
{
    private const int IntervalMilliseconds = 60_000;

    private MeterProvider? provider;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource =>
                resource.AddService("chatalot-server", serviceVersion: ServerVersion.Current)
            )
            .AddMeter("Chatalot.*", "System.Runtime")
            .AddReader(
                new PeriodicExportingMetricReader(new TellingExporter(Address(collector), logger), IntervalMilliseconds)
            )
            .Build();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        provider?.Shutdown(timeoutMilliseconds: 3000);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => provider?.Dispose();

    /// <summary>The variable names the collector; metrics have their own path below it.</summary>
    internal static Uri Address(Uri collector) => new(collector.ToString().TrimEnd('/') + "/v1/metrics");

    [LoggerMessage(
        EventName = "CollectorLost",
        Level = LogLevel.Warning,
        Message = "The collector at {Address} does not take our metrics; trying again every minute"
    )]
    private static partial void LogLost(ILogger logger, Uri address);

    [LoggerMessage(
        EventName = "CollectorBack",
        Level = LogLevel.Information,
        Message = "The collector at {Address} takes our metrics again"
    )]
    private static partial void LogBack(ILogger logger, Uri address);

    /// <summary>The exporter keeps its failures to itself; this one tells when they begin and when they end.</summary>
    private sealed class TellingExporter(Uri address, ILogger logger)
        : OtlpMetricExporter(new() { Protocol = OtlpExportProtocol.HttpProtobuf, Endpoint = address })
    {
        private bool isLost;

        public override ExportResult Export(in Batch<Metric> metrics)
        {
            var result = base.Export(metrics);
            var wasLost = isLost;
            isLost = result == ExportResult.Failure;
            if (isLost && !wasLost)
                LogLost(logger, address);
            else if (wasLost && !isLost)
                LogBack(logger, address);
            return result;
        }
    }
}
