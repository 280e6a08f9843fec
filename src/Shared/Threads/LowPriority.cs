using System.Runtime.InteropServices;

namespace Chatalot.Shared.Threads;

/// <summary>Threads whose work can wait for that of others.</summary>
internal static partial class LowPriority
{
    private const int ThisThread = 0;
    private const int IdlePolicy = 5; // SCHED_IDLE

    /// <summary>
    /// From now on the calling thread gets the time that nobody else wants (sched(7)): whatever else becomes ready takes the
    /// processor at once, where a mere lower priority would let it wait for its turn. Under full load a few percent are
    /// left. .NET's thread priorities do nothing on Linux.
    /// </summary>
    public static void YieldToOthers()
    {
        if (OperatingSystem.IsLinux())
            _ = sched_setscheduler(ThisThread, IdlePolicy, priority: 0);
    }

    [LibraryImport("libc")]
    private static partial int sched_setscheduler(int thread, int policy, in int priority);
}
