using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Voice;

/// <summary>Debian's coturn on a free port of this machine, with the options that compose gives it.</summary>
internal sealed class Coturn : IAsyncDisposable
{
    private readonly Process process;
    private readonly string folder;

    private Coturn(Process process, string folder, IPEndPoint address) =>
        (this.process, this.folder, Address) = (process, folder, address);

    public static string? Program { get; } = Programs.Find("turnserver");

    public IPEndPoint Address { get; }

    public string Url => $"turn:{Address}?transport=udp";

    public static async Task<Coturn> StartAsync(string secret, IPAddress? listen = null)
    {
        var address = new IPEndPoint(listen ?? IPAddress.Loopback, FreePort());
        var folder = Directory.CreateTempSubdirectory("chatalot-turn-").FullName;
        var start = new ProcessStartInfo(Program!) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            "-n",
            $"--listening-ip={address.Address}",
            $"--relay-ip={address.Address}",
            $"--listening-port={address.Port}",
            "--use-auth-secret",
            $"--static-auth-secret={secret}",
            "--realm=chatalot",
            "--fingerprint",
            "--no-tls",
            "--no-dtls",
            "--no-cli",
            "--allow-loopback-peers",
            "--log-file=stdout",
            "--simple-log",
            $"--pidfile={folder}/turnserver.pid",
            $"--userdb={folder}/turndb",
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var coturn = new Coturn(process, folder, address);
        await Eventually.HoldsAsync(() => AnswersAsync(address), "coturn answers");
        return coturn;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<bool> AnswersAsync(IPEndPoint address)
    {
        try
        {
            return await StunAllocation.AllocateAsync(address, "nobody", "nothing") == 401;
        }
        catch (Exception silent) when (silent is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var probe = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.Client.LocalEndPoint!).Port;
    }
}

/// <summary>A test that needs coturn; skipped where it cannot be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CoturnFactAttribute : FactAttribute
{
    /// <summary>Looks for the program.</summary>
    public CoturnFactAttribute()
    {
        if (Coturn.Program is null)
            Skip = "coturn is not installed (on Debian: apt-get install coturn)";
    }
}

/// <summary>Finds programs of this machine.</summary>
internal static class Programs
{
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Append("/usr/bin")
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
