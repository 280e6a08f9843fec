using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Chatalot.Features.Tests;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Operations;

namespace Chatalot.Integration.Tests.Voice;

/// <summary>
/// Debian's Janus on a free port of the loopback interface, started and configured as compose does it.
/// </summary>
internal sealed class Janus : IAsyncDisposable
{
    public const string ApiSecret = "what the server shows";
    public const string TokenSecret = "what tokens are signed with";
    public const string AdminKey = "what rooms are made with";

    private readonly string folder = Directory.CreateTempSubdirectory("chatalot-janus-").FullName;
    private readonly int port = FreePort();
    private Process process = null!;

    private Janus() { }

    public static string? Program { get; } = Programs.Find("janus");

    public Uri Url => new($"ws://127.0.0.1:{port}");

    /// <summary>Janus keeps one for each handle that it was asked for and that nobody gave up.</summary>
    public int Threads => Directory.GetDirectories($"/proc/{process.Id}/task").Length;

    public static async Task<Janus> StartAsync()
    {
        var janus = new Janus();
        await janus.RunAsync();
        return janus;
    }

    /// <summary>What an operator sets for a server that uses this Janus.</summary>
    public Dictionary<string, string> SettingsFor(int participants) =>
        new()
        {
            ["SFU_URL"] = Url.OriginalString,
            ["SFU_PUBLIC_URL"] = Url.OriginalString,
            ["SFU_API_SECRET"] = ApiSecret,
            ["SFU_TOKEN_SECRET"] = TokenSecret,
            ["SFU_ADMIN_KEY"] = AdminKey,
            ["SFU_FROM_PARTICIPANTS"] = participants.ToString(CultureInfo.InvariantCulture),
        };

    public async Task KillAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>Starts it on the port that it had.</summary>
    public async Task RunAsync()
    {
        var start = new ProcessStartInfo("/bin/sh", [Path.Combine(Repository.Root, "compose", "janus", "start")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SFU_API_SECRET"] = ApiSecret;
        start.Environment["SFU_TOKEN_SECRET"] = TokenSecret;
        start.Environment["SFU_ADMIN_KEY"] = AdminKey;
        start.Environment["SFU_CONFIG_FOLDER"] = folder;
        start.Environment["SFU_LISTEN_PORT"] = port.ToString(CultureInfo.InvariantCulture);
        process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Eventually.HoldsAsync(AnswersAsync, "Janus answers");
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        if (process.HasExited)
            throw new InvalidOperationException("Janus does not start");
        try
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}

/// <summary>A test that needs Janus; left out, and counted so, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class JanusFactAttribute : FactAttribute
{
    /// <summary>Looks for the program.</summary>
    public JanusFactAttribute()
    {
        if (Janus.Program is null)
            Skip = "janus is not installed (on Debian: apt-get install janus)";
    }
}

/// <summary>A test that needs chromium and Janus.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserAndJanusFactAttribute : FactAttribute
{
    /// <summary>Looks for the programs.</summary>
    public BrowserAndJanusFactAttribute()
    {
        if (Browser.Program is null || Janus.Program is null)
            Skip = "chromium or janus is not installed (on Debian: apt-get install chromium janus)";
    }
}
