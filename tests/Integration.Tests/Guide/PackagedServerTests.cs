using System.Diagnostics;
using System.Net;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Guide;

/// <summary>
/// The server as the image runs it, without a container engine: a file system that is read-only but for its data and
/// /tmp, an unprivileged user, no capabilities, no new privileges. Needs root to build such a place; left out
/// otherwise.
/// </summary>
public sealed class PackagedServerTests
{
    /// <summary>Unprivileged, and the one account beside root that may enter the test cluster's socket.</summary>
    private const string Account = "postgres";

    [NamespaceFact]
    public async Task Given_a_read_only_root_and_an_unprivileged_user_Then_the_server_serves_and_stops_well()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var data = Directory.CreateTempSubdirectory("chatalot-packaged-").FullName;
        var script = $"""
            set -e
            mount --make-rprivate /
            mount --bind '{data}' '{data}'
            mount -o remount,ro,bind /
            mount -o remount,rw,bind '{data}'
            touch /usr/forbidden 2>/dev/null && exit 99
            exec setpriv --reuid {Account} --regid {Account} --clear-groups --bounding-set=-all --no-new-privs \
              dotnet '{Path.Combine(AppContext.BaseDirectory, "chatalot-server.dll")}'
            """;
        using (var own = Process.Start("chown", [$"{Account}:{Account}", data]))
            await own.WaitForExitAsync();
        await using var server = await ServerProcess.StartAsync(
            ["unshare", "--mount", "bash", "-c", script],
            data,
            database.ConnectionString,
            ("DOTNET_EnableDiagnostics", "0"),
            ("HOME", data)
        );
        using var http = new HttpClient { BaseAddress = server.Address };

        (await http.GetAsync("/api/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await http.GetAsync("/ops")).StatusCode.ShouldBe(HttpStatusCode.OK);
        Directory.EnumerateFiles(Path.Combine(data, "logs")).ShouldNotBeEmpty();
        var status = await File.ReadAllTextAsync($"/proc/{server.Id}/status");
        status.ShouldNotMatch(@"Uid:.*\b0\b");
        status.ShouldMatch(@"CapEff:\s+0+\b");
        status.ShouldMatch(@"NoNewPrivs:\s+1");
        (await server.StopAsync("TERM")).ShouldBe(0);
    }

    /// <summary>A test that is left out, and counted so, where mounts cannot be made.</summary>
    private sealed class NamespaceFactAttribute : FactAttribute
    {
        public NamespaceFactAttribute()
        {
            if (Environment.UserName != "root" || !File.Exists("/usr/bin/unshare") || !File.Exists("/usr/bin/setpriv"))
                Skip = "needs root, unshare and setpriv";
            else
            {
                using var attempt = Process.Start("unshare", ["--mount", "true"]);
                attempt.WaitForExit();
                if (attempt.ExitCode != 0)
                    Skip = "this machine makes no mount namespaces";
            }
        }
    }
}
