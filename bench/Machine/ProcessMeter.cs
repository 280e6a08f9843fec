using System.Globalization;

namespace Chatalot.Bench.Machine;

/// <summary>CPU seconds and resident megabytes of a process or a family of processes at one moment.</summary>
internal readonly record struct Usage(double CpuSeconds, double ResidentMb)
{
    public Usage Since(Usage earlier) => this with { CpuSeconds = CpuSeconds - earlier.CpuSeconds };
}

/// <summary>Reads what a process used from <c>/proc/PID/stat</c> (proc(5)).</summary>
internal static class ProcessMeter
{
    // The kernel reports in units of 1/100 s on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;
    private static readonly double PageMb = Environment.SystemPageSize / 1048576.0;

    /// <summary>Null when there is no such process.</summary>
    public static Usage? Read(int pid)
    {
        if (StatOf(pid) is not { } stat)
            return null;
        return new Usage((Ticks(stat, 11) + Ticks(stat, 12)) / TicksPerSecond, Ticks(stat, 21) * PageMb);
    }

    /// <summary>
    /// A process and its children, those that have ended included (PostgreSQL: one process a connection). What they
    /// share is counted once.
    /// </summary>
    public static Usage? ReadFamily(int pid)
    {
        if (StatOf(pid) is not { } stat || Read(pid) is not { } total)
            return null;
        total = total with { CpuSeconds = total.CpuSeconds + (Ticks(stat, 13) + Ticks(stat, 14)) / TicksPerSecond };
        var shared = SharedMb(pid);
        var own = total.ResidentMb - shared;
        foreach (var child in Processes.All().Where(other => ParentOf(other) == pid))
            if (Read(child) is { } usage)
            {
                var childShared = SharedMb(child);
                shared = Math.Max(shared, childShared);
                own += usage.ResidentMb - childShared;
                total = total with { CpuSeconds = total.CpuSeconds + usage.CpuSeconds };
            }
        return total with { ResidentMb = own + shared };
    }

    public static int? ParentOf(int pid) => StatOf(pid) is { } stat ? (int)Ticks(stat, 1) : null;

    /// <summary>Resident memory that other processes may have, too: shared memory and mapped files.</summary>
    private static double SharedMb(int pid)
    {
        try
        {
            return double.Parse(File.ReadAllText($"/proc/{pid}/statm").Split(' ')[2], CultureInfo.InvariantCulture)
                * PageMb;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    // Fields behind the command name, which may itself hold blanks and brackets: index 0 is field 3, the state.
    private static string[]? StatOf(int pid)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{pid}/stat");
            return line[(line.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static double Ticks(string[] stat, int index) => double.Parse(stat[index], CultureInfo.InvariantCulture);
}
