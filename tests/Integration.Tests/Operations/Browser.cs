using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Operations;

/// <summary>
/// Debian's chromium without a window, driven over its DevTools protocol. It reaches nothing but this machine.
/// </summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Switches =
    [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--remote-debugging-port=0",
    ];

    private readonly string profile = Directory.CreateTempSubdirectory("chatalot-browser-").FullName;
    private readonly ClientWebSocket socket = new();
    private readonly List<string> errors = [];
    private Process process = null!;
    private int lastId;

    /// <summary>Where the browser is, or null when it is not installed.</summary>
    public static string? Program { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Select(folder => Path.Combine(folder, "chromium"))
            .FirstOrDefault(File.Exists);

    /// <summary>Exceptions of scripts and violations of the content policy.</summary>
    public IReadOnlyList<string> Errors => errors;

    public static async Task<Browser> StartAsync(params string[] more)
    {
        var browser = new Browser();
        var start = new ProcessStartInfo(
            Program!,
            [.. Switches, .. more, $"--user-data-dir={browser.profile}", "about:blank"]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        browser.process = Process.Start(start)!;
        browser.process.OutputDataReceived += static (_, _) => { };
        browser.process.ErrorDataReceived += static (_, _) => { };
        browser.process.BeginOutputReadLine();
        browser.process.BeginErrorReadLine();
        var file = Path.Combine(browser.profile, "DevToolsActivePort");
        await Eventually.HoldsAsync(
            () => File.Exists(file) && File.ReadAllLines(file).Length > 1,
            "the browser can be driven"
        );
        using var http = new HttpClient();
        var targets = JsonElement.Parse(
            await http.GetStringAsync($"http://127.0.0.1:{(await File.ReadAllLinesAsync(file))[0]}/json")
        );
        var page = targets.EnumerateArray().First(target => target.GetProperty("type").GetString() == "page");
        await browser.socket.ConnectAsync(
            new Uri(page.GetProperty("webSocketDebuggerUrl").GetString()!),
            CancellationToken.None
        );
        await browser.CallAsync("Runtime.enable");
        await browser.CallAsync("Log.enable");
        return browser;
    }

    public Task GoAsync(Uri address) => CallAsync("Page.navigate", new JsonObject { ["url"] = address.ToString() });

    /// <summary>Pages loaded from now on may connect to what the server's content policy keeps them from.</summary>
    public Task IgnoreContentPolicyAsync() => CallAsync("Page.setBypassCSP", new JsonObject { ["enabled"] = true });

    /// <summary>The value of an expression in the page, awaited if it is a promise.</summary>
    public async Task<JsonElement> EvaluateAsync(string expression)
    {
        var answer = await CallAsync(
            "Runtime.evaluate",
            new JsonObject
            {
                ["expression"] = expression,
                ["awaitPromise"] = true,
                ["returnByValue"] = true,
            }
        );
        var result = answer.GetProperty("result");
        return result.TryGetProperty("value", out var value) ? value.Clone() : default;
    }

    /// <summary>Waits until the expression is true in the page.</summary>
    public Task HoldsAsync(string expression) =>
        Eventually.HoldsAsync(
            async () => (await EvaluateAsync(expression)).ValueKind == JsonValueKind.True,
            expression
        );

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        await Eventually.HoldsAsync(TryDelete, "the profile is deleted");
    }

    private bool TryDelete()
    {
        try
        {
            Directory.Delete(profile, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task<JsonElement> CallAsync(string method, JsonObject? parameters = null)
    {
        var id = ++lastId;
        var call = new JsonObject
        {
            ["id"] = id,
            ["method"] = method,
            ["params"] = parameters ?? [],
        };
        await socket.SendAsync(
            Encoding.UTF8.GetBytes(call.ToJsonString()),
            WebSocketMessageType.Text,
            endOfMessage: true,
            CancellationToken.None
        );
        while (true)
        {
            var message = await ReceiveAsync();
            if (message.TryGetProperty("id", out var answered) && answered.GetInt32() == id)
                return message.GetProperty("result");
            Note(message);
        }
    }

    private void Note(JsonElement message)
    {
        var method = message.TryGetProperty("method", out var name) ? name.GetString() : null;
        if (method == "Runtime.exceptionThrown")
            errors.Add(message.GetRawText());
        if (method == "Log.entryAdded" && message.GetRawText().Contains("Content Security Policy"))
            errors.Add(message.GetRawText());
    }

    private async Task<JsonElement> ReceiveAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        WebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer, limit.Token);
            message.Write(buffer, 0, part.Count);
        } while (!part.EndOfMessage);
        return JsonElement.Parse(message.ToArray());
    }
}

/// <summary>A test that is left out, and counted so, where chromium is not installed.</summary>
internal sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (Browser.Program is null)
            Skip = "chromium is not installed";
    }
}
