using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Chatalot.Shared.Security;

/// <summary>
/// Argon2id in a process beside the server. Each hash maps, fills and unmaps 64 MB, and whoever else in the same
/// process needs memory from the system waits meanwhile: every message of that moment came 10 ms later.
/// </summary>
/// <remarks>
/// The process is the server's own program, started for the first hash, ended when it has had nothing to do for a while
/// and gone with the server. When it cannot be had, hashes are made in this process, as slow for others as that is.
/// Used by one thread at a time.
/// </remarks>
/// <param name="program">The server's own program; null: hash in this process.</param>
public sealed partial class HashingProcess(string? program) : IDisposable
{
    /// <summary>The only argument of the program when it is to be such a process.</summary>
    public const string Argument = "hash-passwords";

    /// <summary>What lists of processes show, so that nobody takes it for the server. 15 bytes at most.</summary>
    public const string Name = "password-hash";

    private const int SetName = 15; // PR_SET_NAME

    /// <summary>What a hash may take on a machine that is busy with others; then the process counts as stuck.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>The rest of the environment holds secrets that hashing does not need.</summary>
    private static readonly string[] InheritedVariables =
    [
        "PATH",
        "HOME",
        "LD_LIBRARY_PATH",
        "DOTNET_ROOT",
        "DOTNET_ROOT_X64",
        "DOTNET_ROOT_ARM64",
    ];

    private Process? process;

    private enum Answer : byte
    {
        No,
        Yes,
        NoMemory,
    }

    /// <inheritdoc cref="Sodium.HashPassword"/>
    public string HashPassword(byte[] password, int passes, int memoryKiB) =>
        Ask(password, "", passes, memoryKiB) switch
        {
            null => Sodium.HashPassword(password, passes, memoryKiB),
            (Answer.Yes, var phc) => phc,
            _ => throw new InsufficientMemoryException("no memory for a password hash"),
        };

    /// <inheritdoc cref="Sodium.VerifyPassword"/>
    public bool VerifyPassword(string phc, byte[] password) =>
        Ask(password, phc, 0, 0) switch
        {
            null => Sodium.VerifyPassword(phc, password),
            (Answer.NoMemory, _) => throw new InsufficientMemoryException("no memory to check a password hash"),
            var (answer, _) => answer == Answer.Yes,
        };

    /// <summary>Ends the process; the next hash starts another.</summary>
    public void Rest()
    {
        if (process is null)
            return;
        End(process);
        process.Dispose();
        process = null;
    }

    /// <inheritdoc/>
    public void Dispose() => Rest();

    /// <summary>
    /// What the process does: one answer for each question until the server closes the line or is gone.
    /// </summary>
    /// <returns>The exit code.</returns>
    public static int Serve()
    {
        if (OperatingSystem.IsLinux())
            _ = prctl(SetName, Name);
        // Ctrl-C goes to everybody at the terminal; this process ends when the server does.
        using var interrupts = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var reader = new BinaryReader(Console.OpenStandardInput(), Encoding.UTF8);
        using var writer = new BinaryWriter(Console.OpenStandardOutput(), Encoding.UTF8);
        try
        {
            while (true)
            {
                var (passes, memoryKiB, phc) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadString());
                var password = reader.ReadBytes(reader.ReadInt32());
                var (answer, made) = Compute(password, phc, passes, memoryKiB);
                CryptographicOperations.ZeroMemory(password);
                writer.Write((byte)answer);
                writer.Write(made);
                writer.Flush();
            }
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static (Answer Answer, string Phc) Compute(byte[] password, string phc, int passes, int memoryKiB)
    {
        try
        {
            return passes > 0 ? (Answer.Yes, Sodium.HashPassword(password, passes, memoryKiB))
                : Sodium.VerifyPassword(phc, password) ? (Answer.Yes, "")
                : (Answer.No, "");
        }
        catch (InsufficientMemoryException)
        {
            return (Answer.NoMemory, "");
        }
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It is gone already.
        }
    }

    /// <summary>Null when there is no such process, or when it did not answer.</summary>
    private (Answer Answer, string Phc)? Ask(byte[] password, string phc, int passes, int memoryKiB)
    {
        if (program is null)
            return null;
        try
        {
            process ??= Start(program);
            using var stuck = new Timer(it => End((Process)it!), process, Patience, Timeout.InfiniteTimeSpan);
            Write(process.StandardInput.BaseStream, password, phc, passes, memoryKiB);
            using var reader = new BinaryReader(process.StandardOutput.BaseStream, Encoding.UTF8, leaveOpen: true);
            return ((Answer)reader.ReadByte(), reader.ReadString());
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or Win32Exception)
        {
            Rest();
            return null;
        }
    }

    private static void Write(Stream stream, byte[] password, string phc, int passes, int memoryKiB)
    {
        using var question = new MemoryStream();
        using var writer = new BinaryWriter(question, Encoding.UTF8);
        writer.Write(passes);
        writer.Write(memoryKiB);
        writer.Write(phc);
        writer.Write(password.Length);
        writer.Write(password);
        var bytes = question.GetBuffer().AsSpan(0, (int)question.Length);
        stream.Write(bytes);
        stream.Flush();
        CryptographicOperations.ZeroMemory(bytes);
    }

    private static Process Start(string program)
    {
        var start = new ProcessStartInfo(program, [Argument])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var name in start.Environment.Keys.Except(InheritedVariables).ToList())
            start.Environment.Remove(name);
        // It makes one hash after another: one small heap will do.
        start.Environment["DOTNET_gcServer"] = "0";
        return Process.Start(start)!;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int prctl(int option, string name);
}
