using System.Net;
using static Chatalot.Host.Configuration.SettingKinds;

namespace Chatalot.Host.Configuration;

/// <summary>What an operator sees of the server: logs, metrics, slow statements.</summary>
internal static class ObservationCatalogue
{
    private const string Off = "off";

    internal static readonly Setting<string> RustLog = Text(
        "RUST_LOG",
        "chatalot_server=info,tower_http=info",
        "levels and target=level pairs separated by commas",
        "Verbosity, as existing installations write it."
    );
    internal static readonly Setting<string> ChatalotLog = Text(
        "CHATALOT_LOG",
        "",
        "levels and target=level pairs separated by commas",
        "Verbosity; wins over RUST_LOG."
    );
    internal static readonly Setting<string> LogFormat = Choice(
        "LOG_FORMAT",
        "text",
        ["text", "json"],
        "One line of text or one JSON object (CLEF) for each event on standard output."
    );
    internal static readonly Setting<string> LogPath = Text(
        "LOG_PATH",
        "",
        "a folder, or off",
        "Folder of the log files that can be searched. Unset: logs in DATA_PATH. Set and empty, or off: no files."
    );
    internal static readonly Setting<int> LogMaxSize = Integer(
        "LOG_MAX_MB",
        200,
        1,
        100_000,
        "All log files together, in MiB; the oldest go first."
    );
    internal static readonly Setting<int> LogMaxDays = Integer(
        "LOG_MAX_DAYS",
        14,
        1,
        3650,
        "Log files older than this many days go."
    );
    internal static readonly Setting<int> SlowQuery = Integer(
        "SLOW_QUERY_MS",
        500,
        0,
        600_000,
        "A database statement that takes longer is logged at WARN, without values; 0: never."
    );
    internal static readonly Setting<IPEndPoint> MetricsAddress = new(
        "METRICS_ADDR",
        "127.0.0.1:9464",
        "address:port, or off",
        "Where Prometheus reads /metrics; never the public port.",
        text =>
            text.Equals(Off, StringComparison.OrdinalIgnoreCase)
                ? new Reading<IPEndPoint>(true, null)
                : SettingParsers.ListenAddress(text)
    );
    internal static readonly Setting<string> MetricsToken = Text(
        "METRICS_TOKEN",
        "",
        "a bearer token",
        "Asked for at /metrics; with it, /metrics is also there on the public port."
    ) with
    {
        IsSecret = true,
    };
    internal static readonly Setting<Uri> OtlpEndpoint = new(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "",
        "a URL such as http://127.0.0.1:4318",
        "Collector that metrics are sent to, by OTLP over HTTP. Unset: off.",
        SettingParsers.PublicUrl
    );

    public static IReadOnlyList<Setting> All { get; } =
    [
        RustLog,
        ChatalotLog,
        LogFormat,
        LogPath,
        LogMaxSize,
        LogMaxDays,
        SlowQuery,
        MetricsAddress,
        MetricsToken,
        OtlpEndpoint,
    ];

    /// <summary>True for the word that switches something off.</summary>
    internal static bool IsOff(string? text) => Off.Equals(text, StringComparison.OrdinalIgnoreCase);
}
