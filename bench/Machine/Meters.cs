namespace Chatalot.Bench.Machine;

/// <summary>What server, PostgreSQL and generator used at one moment; null where a process is not known.</summary>
internal sealed record MachineUsage(Usage? Server, Usage? Postgres, Usage Generator, double? AllocatedBytes);

/// <summary>Watches the processes that take part in a measurement.</summary>
internal sealed record Meters(int? ServerPid, int? PostgresPid, AllocationCounter? Allocations = null)
{
    /// <summary>Finds the server by its listening port and its PostgreSQL, unless they are given.</summary>
    public static Meters For(Uri server, int? serverPid, int? postgresPid, Uri metrics)
    {
        var found = serverPid ?? (server.IsLoopback ? Processes.ListeningOn(server.Port) : null);
        return new Meters(
            found,
            postgresPid ?? (server.IsLoopback ? Processes.PostmasterOf(found) : null),
            new AllocationCounter(metrics)
        );
    }

    public MachineUsage Read() =>
        new(
            ServerPid is { } server ? ProcessMeter.Read(server) : null,
            PostgresPid is { } postgres ? ProcessMeter.ReadFamily(postgres) : null,
            ProcessMeter.Read(Environment.ProcessId) ?? default,
            Allocations?.Read()
        );
}
