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
internal sealed class OtlpExport(Uri collector) : IHostedService, IDisposable
{
    private MeterProvider? provider;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource =>
                resource.AddService("chatalot-server", serviceVersion: ServerVersion.Current)
            )
            .AddMeter("Chatalot.*", "System.Runtime")
            .AddOtlpExporter(exporter =>
            {
                exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                exporter.Endpoint = Address(collector);
            })
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
}
