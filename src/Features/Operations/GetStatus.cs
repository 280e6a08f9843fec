using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Chatalot.Features.Accounts;
using Chatalot.Features.Health;
using Chatalot.Features.Settings;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Http;
using Chatalot.Shared.Logging;
using Chatalot.Shared.Metrics;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Realtime;
using Chatalot.Shared.Scheduling;
using Npgsql;

namespace Chatalot.Features.Operations;

/// <summary>
/// GET /api/admin/status: the whole server at a glance, from memory as far as possible. While the database is away it
/// tells what is known. Operators only.
/// </summary>
public sealed class GetStatus(
    DatabaseAvailability database,
    DatabaseOptions pool,
    DatabaseFigures databaseFigures,
    StorageFigures storage,
    Certificate certificate,
    LiveFigures live,
    MetricsRegistry metrics,
    Connections connections,
    InstanceSettings settings,
    ReadinessChecks readiness,
    IJobs jobs,
    LogPipeline log,
    LogLevelOverride level,
    ServerUptime uptime,
    OperationsOptions options,
    TimeProvider clock
) : EndpointWithoutRequest<StatusResponse>
{
    private static readonly string? CommitOfBuild = typeof(GetStatus)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(attribute => attribute.Key == "Commit")
        ?.Value;

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/admin/status");
        Policies(InstancePolicy.Operator);
        Summary("The whole server at a glance", 403);
        Options(route => route.WorksWithoutDatabase());
    }

    /// <inheritdoc/>
    public override async Task<StatusResponse> ExecuteAsync(CancellationToken ct)
    {
        var isHealthy = await database.CheckAsync(TimeSpan.FromSeconds(1), ct);
        var samples = live.Samples;
        var last = samples.Count > 0 ? samples[^1] : null;
        using var process = Process.GetCurrentProcess();
        // Observed instruments report when they are asked: the pool among them.
        metrics.Collect();
        var response = new StatusResponse
        {
            Status = isHealthy ? "ok" : "degraded",
            Warnings = [],
            Version = ServerVersion.Current,
            Commit = string.IsNullOrEmpty(CommitOfBuild) ? null : CommitOfBuild,
            Instance = $"{Environment.MachineName}:{Environment.ProcessId}",
            StartedAt = clock.GetUtcNow() - uptime.Elapsed,
            UptimeSecs = (long)uptime.Elapsed.TotalSeconds,
            Settings = await FromDatabaseAsync(
                isHealthy,
                async () => (IReadOnlyDictionary<string, string>)(await settings.CurrentAsync(ct)).ToTexts(),
                new Dictionary<string, string>()
            ),
            Configuration = options.Configuration,
            Pool = Pool(),
            Database = new DatabaseStatus(isHealthy, await databaseFigures.MeasureAsync(ct)),
            Storage = await storage.MeasureAsync(ct),
            Sockets = new SocketStatus(
                connections.Count,
                connections.Users,
                connections.All.Sum(connection => (long)connection.QueuedBytes)
            ),
            Messages = new MessageStatus(
                (long)metrics.Sum("chatalot_messages_stored_total"),
                last?.MessagesPerSecond ?? 0,
                samples.LastOrDefault(sample => sample.DeliveryP99Ms is not null)?.DeliveryP99Ms
            ),
            Calls = CallsOf(await readiness.AskAsync(ct)),
            Process = new ProcessStatus(
                last?.CpuPercent ?? 0,
                process.WorkingSet64,
                GC.GetTotalMemory(forceFullCollection: false),
                ThreadPool.ThreadCount
            ),
            Jobs = await FromDatabaseAsync(isHealthy, () => JobsAsync(ct), []),
            Backup = Backup(),
            Certificate = certificate.Known,
            Logs = new LogStatus(
                log.Store.Files?.Folder,
                log.Store.WhyNoFiles,
                log.Verbosity.Current.ToString(),
                level.Current.Until
            ),
            History = samples,
        };
        return response with { Warnings = [.. StatusWarnings.Of(response, options, clock.GetUtcNow())] };
    }

    private async Task<IReadOnlyList<JobState>> JobsAsync(CancellationToken ct) =>
        [
            .. (await jobs.ListAsync(ct)).Select(job => new JobState(
                job.Name,
                job.LastRun?.StartedAt,
                job.LastRun?.Outcome,
                job.ConsecutiveFailures
            )),
        ];

    private PoolStatus Pool()
    {
        const string name = $"pool_name=\"{DatabaseSource.PoolName}\"";
        var busy = (int)metrics.Sum("db_client_connection_count", $"{name},db_client_connection_state=\"used\"");
        var idle = (int)metrics.Sum("db_client_connection_count", $"{name},db_client_connection_state=\"idle\"");
        var waiting = (int)metrics.Sum("db_client_connection_npgsql_pending_requests", name);
        return new PoolStatus(pool.MaxPoolSize, pool.MinPoolSize, busy + idle, busy, waiting);
    }

    private CallStatus CallsOf(IReadOnlyDictionary<string, CheckResult> checks) =>
        new(
            (int)metrics.Sum("chatalot_voice_calls"),
            (int)metrics.Sum("chatalot_voice_participants"),
            checks.TryGetValue("sfu", out var sfu) ? sfu.Status == "ok" : null,
            (int)metrics.Sum("chatalot_voice_sfu_rooms")
        );

    private BackupStatus? Backup()
    {
        var marker = new FileInfo(options.BackupMarker);
        if (!marker.Exists)
            return null;
        var at = new DateTimeOffset(marker.LastWriteTimeUtc);
        return new BackupStatus(at, (long)(clock.GetUtcNow() - at).TotalSeconds);
    }

    /// <summary>A database that goes away in the meantime costs its part of the answer only.</summary>
    private async Task<T> FromDatabaseAsync<T>(bool isHealthy, Func<Task<T>> read, T otherwise)
    {
        if (!isHealthy)
            return otherwise;
        try
        {
            return await read();
        }
        catch (NpgsqlException reason)
        {
            database.ReportFailure(reason);
            return otherwise;
        }
    }
}

/// <summary>What somebody should look at.</summary>
internal static class StatusWarnings
{
    private const int AlarmingFailures = 3;
    private const double FullDisk = 90;
    private static readonly TimeSpan OldBackup = TimeSpan.FromHours(26);
    private static readonly TimeSpan CertificateEnds = TimeSpan.FromDays(14);
    private static readonly TimeSpan LongTransaction = TimeSpan.FromMinutes(5);

    public static IEnumerable<string> Of(StatusResponse status, OperationsOptions options, DateTimeOffset now)
    {
        if (!status.Database.Healthy)
            yield return "The database cannot be reached.";
        if (status.Pool.Waiting > 0)
            yield return Text($"{status.Pool.Waiting} requests wait for a database connection.");
        if (status.Database.Sizes is { } sizes)
        {
            if (sizes.OldestTransactionSecs > LongTransaction.TotalSeconds)
                yield return Text($"A database transaction has been open for {sizes.OldestTransactionSecs:0} s.");
            if (sizes.Connections > 0.9 * sizes.MaxConnections)
                yield return Text($"{sizes.Connections} of {sizes.MaxConnections} database connections are taken.");
        }
        if (status.Storage.FreeBytes < options.LeastFreeBytes)
            yield return Text($"Only {status.Storage.FreeBytes / 1024 / 1024} MiB are free on the disk of the files.");
        else if (status.Storage.UsedPercent > FullDisk)
            yield return Text($"The disk of the files is {status.Storage.UsedPercent} % full.");
        if (status.Storage.Drift is { RowsWithoutFile: > 0 } drift)
            yield return Text($"{drift.RowsWithoutFile} stored files are missing on disk. Is it the right folder?");
        foreach (var job in status.Jobs.Where(job => job.ConsecutiveFailures >= AlarmingFailures))
            yield return Text($"Job {job.Name} failed {job.ConsecutiveFailures} times in a row.");
        if (status.Backup is { } backup && now - backup.At > OldBackup)
            yield return Text($"The last good backup is {(now - backup.At).TotalHours:0} hours old.");
        if (status.Certificate is { ExpiresAt: { } end } certificate && end - now < CertificateEnds)
            yield return Text($"The certificate of {certificate.Host} ends on {end:yyyy-MM-dd}.");
        if (status.Calls.SfuConnected is false)
            yield return "The SFU of calls cannot be used; calls go on without.";
        if (status.Logs.Problem is { } problem)
            yield return $"Log files cannot be written: {problem}";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
