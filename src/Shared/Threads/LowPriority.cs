using System.Runtime.InteropServices;

namespace Chatalot.Shared.Threads;

/// <summary>Threads whose work can wait for that of others.</summary>
internal static partial class LowPriority
{
    private const int Process = 0; // PRIO_PROCESS
    private const uint ThisThread = 0;
    private const int NiceValue = 10;

    /// <summary>
    /// From now on the calling thread runs at a lower priority than everything else. On Linux a thread's nice value is
    /// its own; .NET's thread priorities do nothing there.
    /// </summary>
    public static void YieldToOthers()
    {
        if (OperatingSystem.IsLinux())
            _ = setpriority(Process, ThisThread, NiceValue);
    }

    [LibraryImport("libc")]
    private static partial int setpriority(int which, uint who, int priority);
}
