using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Logging;
using Chatalot.Shared.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Chatalot.Integration.Tests.Guide;

/// <summary>Every shell line of docs/operations/monitoring.md, run as it stands.</summary>
public sealed class ShellLineTests : IAsyncLifetime
{
    private readonly Shell shell = new();
    private TestServer server = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.StartAsync(new() { ["METRICS_ADDR"] = "127.0.0.1:0" });
        shell.AddCurl(server.Http.BaseAddress!, server.Services.GetRequiredService<MetricsServer>().Address);
        var files = Directory.CreateDirectory(Path.Combine(shell.Folder, "volume")).FullName;
        await File.WriteAllTextAsync(Path.Combine(files, "upload"), "x");
        shell.Add("psql", Psql(server.Database.ConnectionString));
        // Knows the names of compose.yaml, and runs inside a container what can be run here.
        shell.Add(
            "docker",
            $$"""
            services=" chatalot postgres "; containers=" chatalot-server chatalot-db "
            known() { [[ "$1" == *" $2 "* ]] || { echo "unknown: $2" >&2; exit 64; }; }
            case "$1 $2" in
              "compose logs") for arg in "${@:3}"; do [[ "$arg" == -* ]] || known "$services" "$arg"; done
                printf '{"level":"ERROR","ts":"t","route":"/api/x","status":500,"request_id":"r","error":"e"}\n' ;;
              "inspect "*) known "$containers" "${@: -1}"
                [[ "$2" == *json* ]] && echo '{"Status":"healthy","Log":[]}' || echo healthy ;;
              "stats "*) for arg in "${@:2}"; do [[ "$arg" == --no-stream ]] || known "$containers" "$arg"; done ;;
              "exec chatalot-db") shift 2; exec "$@" ;;
              "run --rm") known " chatalot_file_storage chatalot_postgres_data " "${4%%:*}"
                shift 5; exec "${@//\/data/{{files}}}" ;;
              "system df") echo "VOLUME NAME" ;;
              *) echo "unknown command: $*" >&2; exit 64 ;;
            esac
            """
        );
        shell.Add("sudo", "exec \"$@\"");
        shell.Add("journalctl", "[ \"$1 $2\" = '-u chatalot' ]");
        shell.Add(
            "chatalot-server",
            $"exec dotnet {Path.Combine(AppContext.BaseDirectory, "chatalot-server.dll")} \"$@\""
        );
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        shell.Dispose();
    }

    [Fact]
    public async Task Every_line_does_what_the_page_says_without_an_error()
    {
        Directory.CreateDirectory(Path.Combine(server.Folder, "logs"));
        var lines = GuidePage.ShellLines;
        lines.Count.ShouldBeGreaterThan(30);
        foreach (var line in lines)
        {
            var result = await shell.RunAsync($"set -o pipefail; {line}", ("DATA_PATH", server.Folder));

            result.ExitCode.ShouldBe(0, $"{line}\n{result.Output}");
        }
    }

    [Fact]
    public async Task G53_The_table_query_lists_the_ten_largest_tables()
    {
        var tables = await shell.RunAsync(QueryOf("statio"));

        tables.Output.ShouldMatch(@"\btable\b.*\|.*\bsize\b");
        tables.Output.ShouldContain("(10 rows)");
        tables.Output.ShouldContain("messages");
    }

    [Fact]
    public async Task G54_The_statement_query_works_as_it_stands()
    {
        var statements = await shell.RunAsync(QueryOf("pg_stat_statements"));

        statements.ExitCode.ShouldBe(0, statements.Output);
        statements.Output.ShouldMatch(@"query.*\|.*calls.*\|.*avg_ms.*\|.*total_ms");
    }

    [Fact]
    public async Task G56_The_count_of_the_file_volume_is_the_number_of_files()
    {
        var count = GuidePage.ShellLines.Single(line => line.Contains("find /data", StringComparison.Ordinal));

        (await shell.RunAsync(count)).Output.Trim().ShouldBe("1");
    }

    [Fact]
    public void G35_Every_verbosity_of_the_page_is_understood_whole()
    {
        var values = GuidePage
            .ShellLines.Where(line => line.StartsWith("RUST_LOG=", StringComparison.Ordinal))
            .Select(line => line["RUST_LOG=".Length..])
            .ToList();

        values.Count.ShouldBe(5);
        foreach (var value in values)
            Verbosity.Parse(value).IgnoredItems.ShouldBeEmpty(value);
    }

    private static string QueryOf(string table) =>
        GuidePage.ShellLines.Single(line => line.Contains("psql") && line.Contains(table));

    /// <summary>psql in the database's container: role and database are called chatalot there.</summary>
    private static string Psql(string connectionString)
    {
        var to = new NpgsqlConnectionStringBuilder(connectionString);
        return $$"""
            [ "$1 $2" = '-U chatalot' ] || exit 64
            shift 2
            args=()
            for arg in "$@"; do args+=("${arg//\'chatalot\'/\'{{to.Database}}\'}"); done
            export PGPASSWORD='{{to.Password}}'
            exec {{Shell.Real("psql")}} -h '{{to.Host}}' -p {{to.Port}} -U '{{to.Username}}' -d '{{to.Database}}' \
              -v ON_ERROR_STOP=1 "${args[@]}"
            """;
    }
}
