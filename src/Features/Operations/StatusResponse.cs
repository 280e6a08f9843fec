namespace Chatalot.Features.Operations;

/// <summary>Everything that an operator wants to know at a glance (contract, operations.md 8.6).</summary>
public sealed record StatusResponse
{
    /// <summary><c>ok</c>, or <c>degraded</c> while the database cannot be reached.</summary>
    public required string Status { get; init; }

    /// <summary>What somebody should look at, one sentence each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Version of the server.</summary>
    public required string Version { get; init; }

    /// <summary>Commit that it was built from, where the build knew it.</summary>
    public string? Commit { get; init; }

    /// <summary>Machine and process.</summary>
    public required string Instance { get; init; }

    /// <summary>When the process began to serve.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Whole seconds since.</summary>
    public required long UptimeSecs { get; init; }

    /// <summary>Instance settings as text.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The configuration of this process: what each variable holds, secrets masked.</summary>
    public required IReadOnlyList<ConfiguredSetting> Configuration { get; init; }

    /// <summary>The pool of database connections.</summary>
    public required PoolStatus Pool { get; init; }

    /// <summary>The database.</summary>
    public required DatabaseStatus Database { get; init; }

    /// <summary>The disk and the stored files.</summary>
    public required StorageSizes Storage { get; init; }

    /// <summary>Sockets.</summary>
    public required SocketStatus Sockets { get; init; }

    /// <summary>Messages.</summary>
    public required MessageStatus Messages { get; init; }

    /// <summary>Calls of this process.</summary>
    public required CallStatus Calls { get; init; }

    /// <summary>The process.</summary>
    public required ProcessStatus Process { get; init; }

    /// <summary>Maintenance jobs; empty while the database cannot be reached.</summary>
    public required IReadOnlyList<JobState> Jobs { get; init; }

    /// <summary>The newest good backup; null: there is none.</summary>
    public BackupStatus? Backup { get; init; }

    /// <summary>The certificate of <c>PUBLIC_URL</c>.</summary>
    public CertificateFigures? Certificate { get; init; }

    /// <summary>The log.</summary>
    public required LogStatus Logs { get; init; }

    /// <summary>The last five minutes in steps of five seconds, oldest first.</summary>
    public required IReadOnlyList<LiveSample> History { get; init; }
}

/// <summary>What a variable of the configuration holds.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value or default; of a secret, only that it is set; null: nothing.</param>
/// <param name="Source"><c>environment</c>, <c>command line</c>, the path of a file, or <c>default</c>.</param>
public sealed record ConfiguredSetting(string Name, string? Value, string Source);

/// <summary>The pool of database connections.</summary>
/// <param name="Max">Most that it opens.</param>
/// <param name="Min">Kept open when idle.</param>
/// <param name="Open">Open now.</param>
/// <param name="Busy">In use now.</param>
/// <param name="Waiting">Requests that wait for one.</param>
public sealed record PoolStatus(int Max, int Min, int Open, int Busy, int Waiting);

/// <summary>The database.</summary>
/// <param name="Healthy">It answers.</param>
/// <param name="Sizes">Measured at most a minute ago; older while it does not answer.</param>
public sealed record DatabaseStatus(bool Healthy, DatabaseSizes? Sizes);

/// <summary>Sockets of this process.</summary>
/// <param name="Open">Open, authenticated.</param>
/// <param name="Users">Users behind them.</param>
/// <param name="QueuedBytes">Bytes that wait for slow ones.</param>
public sealed record SocketStatus(int Open, int Users, long QueuedBytes);

/// <summary>Messages of this process.</summary>
/// <param name="Stored">Committed since the start.</param>
/// <param name="PerSecond">Committed a second, in the last step of the history.</param>
/// <param name="DeliveryP99Ms">From commit to socket, 99 of 100, in the last step with deliveries.</param>
public sealed record MessageStatus(long Stored, double PerSecond, double? DeliveryP99Ms);

/// <summary>Calls of this process.</summary>
/// <param name="Running">Calls.</param>
/// <param name="Participants">People in them.</param>
/// <param name="SfuConnected">Whether the SFU can be used; null: none is configured.</param>
/// <param name="SfuRooms">Calls with a room there.</param>
public sealed record CallStatus(int Running, int Participants, bool? SfuConnected, int SfuRooms);

/// <summary>The process.</summary>
/// <param name="CpuPercent">Of one processor, in the last step of the history.</param>
/// <param name="MemoryBytes">Memory in RAM.</param>
/// <param name="HeapBytes">Memory of objects.</param>
/// <param name="Threads">Threads of the pool.</param>
public sealed record ProcessStatus(double CpuPercent, long MemoryBytes, long HeapBytes, int Threads);

/// <summary>A maintenance job in one line; <c>/api/admin/jobs</c> has the history.</summary>
/// <param name="Name">Its name.</param>
/// <param name="LastStartedAt">When it last began.</param>
/// <param name="LastOutcome">How that ended.</param>
/// <param name="ConsecutiveFailures">Failures since the last success.</param>
public sealed record JobState(string Name, DateTimeOffset? LastStartedAt, string? LastOutcome, int ConsecutiveFailures);

/// <summary>The newest good backup.</summary>
/// <param name="At">When it was finished.</param>
/// <param name="AgeSecs">How long ago.</param>
public sealed record BackupStatus(DateTimeOffset At, long AgeSecs);

/// <summary>The log.</summary>
/// <param name="Path">Folder of the files; null: none are written.</param>
/// <param name="Problem">Why they cannot be written at present.</param>
/// <param name="Directive">The verbosity that holds now.</param>
/// <param name="Until">When that ends; null: it is the configuration's.</param>
public sealed record LogStatus(string? Path, string? Problem, string Directive, DateTimeOffset? Until);
