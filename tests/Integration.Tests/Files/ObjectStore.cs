using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Chatalot.Features.Tests;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Voice;

namespace Chatalot.Integration.Tests.Files;

/// <summary>
/// An S3-compatible store on a free port of this machine: s3rver of npm, which is installed once into artifacts and
/// keeps its objects in a folder. It knows neither the abortion of uploads in parts nor copies nor signatures between
/// the bytes.
/// </summary>
internal sealed class ObjectStore : IAsyncDisposable
{
    public const string Bucket = "chatalot-files";
    private const string Package = "s3rver@3.7.1";
    private const string Key = "S3RVER"; // the one that s3rver knows
    private const string End = "._S3rver_object";

    private static readonly Lazy<Task<string>> Program = new(InstallAsync);

    private readonly string folder = Directory.CreateTempSubdirectory("chatalot-s3-").FullName;
    private readonly int port = FreePort();
    private Process? process;

    private ObjectStore() { }

    public Uri Endpoint => new($"http://127.0.0.1:{port}");

    /// <summary>What an operator sets to use it.</summary>
    public Dictionary<string, string> Settings =>
        new()
        {
            ["FILE_STORAGE"] = "s3",
            ["S3_ENDPOINT"] = Endpoint.ToString(),
            ["S3_BUCKET"] = Bucket,
            ["S3_ACCESS_KEY"] = Key,
            ["S3_SECRET_KEY"] = Key,
            ["S3_PREFIX"] = "team",
        };

    /// <summary>The keys of all objects, the server's own left out.</summary>
    public string[] Objects()
    {
        var bucket = Path.Combine(folder, Bucket);
        return
        [
            .. Directory
                .EnumerateFiles(bucket, "*" + End, SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(bucket, path)[..^End.Length])
                .Where(key => !key.EndsWith(".probe", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Empty objects, put where the store keeps them: a request for each would take its time.</summary>
    public void Fill(IEnumerable<string> keys)
    {
        foreach (var path in keys.Select(key => Path.Combine(folder, Bucket, key + End)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Create(path).Dispose();
        }
    }

    public static async Task<ObjectStore> StartAsync()
    {
        var store = new ObjectStore();
        await store.BeginAsync();
        return store;
    }

    public async Task BeginAsync()
    {
        string[] arguments =
        [
            // Its marks of a next page are made with a cipher that newer ones of node know by this only.
            "--openssl-legacy-provider",
            await Program.Value,
            "--directory",
            folder,
            "--address",
            "127.0.0.1",
            "--port",
            $"{port}",
            "--silent",
            "--no-vhost-buckets",
            "--configure-bucket",
            Bucket,
        ];
        process = Process.Start(new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true })!;
        await Eventually.HoldsAsync(AnswersAsync, "the object store answers");
    }

    /// <summary>An outage; what was stored is there again after <see cref="BeginAsync"/>.</summary>
    public async Task EndAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await EndAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
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

    private static async Task<string> InstallAsync()
    {
        var cache = Path.Combine(Repository.Root, "artifacts", "npm", "s3rver");
        var program = Path.Combine(cache, "node_modules", "s3rver", "bin", "s3rver.js");
        if (File.Exists(program))
            return program;
        Directory.CreateDirectory(cache);
        string[] arguments = ["install", "--prefix", cache, "--no-audit", "--no-fund", "--no-save", Package];
        using var npm = Process.Start(
            new ProcessStartInfo("npm", arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        var output = npm.StandardOutput.ReadToEndAsync();
        var errors = npm.StandardError.ReadToEndAsync();
        await npm.WaitForExitAsync();
        npm.ExitCode.ShouldBe(0, $"npm install {Package}: {await output} {await errors}");
        return program;
    }
}

/// <summary>A test that needs npm; skipped where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ObjectStoreFactAttribute : FactAttribute
{
    /// <summary>Looks for the program.</summary>
    public ObjectStoreFactAttribute()
    {
        if (Programs.Find("npm") is null)
            Skip = "npm, which installs an object store, is missing (on Debian: apt-get install npm)";
    }
}
