using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Chatalot.Shared.Postgres.Embedded;

/// <summary>The few system calls that .NET has no words for.</summary>
internal static partial class Posix
{
    /// <summary>SIGINT: the postmaster disconnects everybody, writes a checkpoint and ends ("fast").</summary>
    public const int FastShutdown = 2;

    /// <summary>SIGQUIT: the postmaster ends at once; the next start recovers from the log ("immediate").</summary>
    public const int ImmediateShutdown = 3;

    /// <summary>SIGKILL: what even a process that is frozen obeys.</summary>
    public const int Kill = 9;

    /// <summary>Signals a process; one that is gone is not an error.</summary>
    public static void Signal(int processId, int signal) => _ = SendSignal(processId, signal);

    /// <summary>
    /// The processes that a process has started and that still live; none where the kernel does not tell.
    /// </summary>
    public static IReadOnlyList<int> ChildrenOf(int processId)
    {
        try
        {
            var ids = File.ReadAllText($"/proc/{processId}/task/{processId}/children");
            return [.. ids.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, Invariant))];
        }
        catch (Exception untold) when (untold is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>True while a process (or a zombie) has this id.</summary>
    public static bool Exists(int processId) =>
        SendSignal(processId, 0) == 0 || Marshal.GetLastPInvokeError() != NoSuchProcess;

    /// <summary>Gives a file or folder to a user and group. A link is changed itself, never followed.</summary>
    public static void GiveTo(string path, ServerAccount? account)
    {
        if (account is not null && LChown(path, account.UserId, account.GroupId) != 0)
            throw Failed("change the owner of", path);
    }

    private const int NoSuchProcess = 3;

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    private static IOException Failed(string action, string path) =>
        new($"Cannot {action} {path}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LChown(string path, uint userId, uint groupId);
}
