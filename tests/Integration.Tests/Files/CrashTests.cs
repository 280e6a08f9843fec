using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Chatalot.Features.Files;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Chatalot.Integration.Tests.Files;

/// <summary>A real server process is killed in the middle of an upload; another one cleans up after it.</summary>
public sealed class CrashTests
{
    [Fact]
    public async Task Given_a_process_that_was_killed_while_it_stored_Then_one_run_removes_all_and_nothing_of_the_living()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var cleanUp = harbour.Server.Services.GetServices<IHostedService>().OfType<CleanUpAfterCrashes>().Single();
        var kept = await harbour.Ada.StoreAsync("kept");
        var keptKey = await harbour.Server.QueryAsync<string>("select storage_path from files");
        using var opened = await harbour.Ada.RequestAsync(
            HttpMethod.Post,
            "/files/resumable",
            null,
            ("Tus-Resumable", "1.0.0"),
            ("Upload-Length", "4")
        );
        ((int)opened.StatusCode).ShouldBe(201);

        var (process, port) = await StartProcessAsync(harbour.Server);
        using (process)
        using (var theirs = await BeginUploadAsync(harbour.Ada, port))
        using (var ours = await BeginUploadAsync(harbour.Ada, harbour.Ada.Server.Port))
        {
            await Eventually.HoldsAsync(() => Drafts(harbour).Length == 2, "two uploads are under way");
            var both = Drafts(harbour);
            await cleanUp.RunAsync(CancellationToken.None);
            Drafts(harbour).ShouldBe(both);

            process.Kill();
            await process.WaitForExitAsync();
            var living = Path.GetDirectoryName(LivingDraft(harbour, both))!;
            var dead = Path.GetDirectoryName(both.Single(path => Path.GetDirectoryName(path) != living))!;
            // As it looks when the kill falls between the bytes and their row, and between the row and the note's end.
            var orphan = Path.Combine(harbour.Server.Folder, "files", "ab", "orphan");
            Directory.CreateDirectory(Path.GetDirectoryName(orphan)!);
            await File.WriteAllTextAsync(orphan, "bytes");
            await File.WriteAllTextAsync(Path.Combine(dead, "key-1"), "ab/orphan");
            await File.WriteAllTextAsync(Path.Combine(dead, "key-2"), keptKey);
            await File.WriteAllTextAsync(
                Path.Combine(harbour.Server.Folder, "file-cache", "uploads", $"resumable-{Guid.NewGuid():n}"),
                "nobody's"
            );

            await cleanUp.RunAsync(CancellationToken.None);
            Directory.Exists(dead).ShouldBeFalse();
            File.Exists(orphan).ShouldBeFalse();
            Drafts(harbour).ShouldHaveSingleItem().ShouldStartWith(living);
            (await harbour.Ada.StatusAsync($"/files/{kept}")).ShouldBe(200);
            harbour
                .OnDisk("file-cache")
                .Count(path => path.Contains("resumable-", StringComparison.Ordinal))
                .ShouldBe(1);
        }
    }

    private static string[] Drafts(FileHarbour harbour) =>
        [
            .. harbour
                .OnDisk("file-cache")
                .Where(path => !path.Contains("resumable-", StringComparison.Ordinal))
                .Where(path => new FileInfo(path).Length > 0)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>The one in the folder of the test's own server.</summary>
    private static string LivingDraft(FileHarbour harbour, string[] drafts)
    {
        using var probe = harbour.Server.Services.GetRequiredService<Drafts>().Create();
        return drafts.Single(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(probe.Path));
    }

    private static async Task<TcpClient> BeginUploadAsync(Person person, int port)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var head =
            $"POST /api/files/upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {person.Token}\r\n"
            + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head + new string('x', 200_000)));
        return client;
    }

    /// <summary>The product's own program, on the database and the folder of the test's server.</summary>
    private static async Task<(Process Process, int Port)> StartProcessAsync(TestServer server)
    {
        int port;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "chatalot-server.dll")])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = server.Folder,
        };
        start.Environment["LISTEN_ADDR"] = $"127.0.0.1:{port}";
        start.Environment["DATA_PATH"] = server.Folder;
        start.Environment["DATABASE_URL"] = server.Database.ConnectionString;
        start.Environment["METRICS_ADDR"] = "off";
        start.Environment["LOG_PATH"] = "off";
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await Eventually.HoldsAsync(() => IsHealthyAsync(client), "the process is healthy");
        return (process, port);
    }

    private static async Task<bool> IsHealthyAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync("/api/health");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
