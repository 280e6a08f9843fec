using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Chatalot.Features.Tests.Guide;

/// <summary>
/// Rows of the guide that are about containers, units and files of the checkout (contract, operations.md 1.2 to 1.8 and
/// 6). Where a container engine would be needed, what it is given is checked.
/// </summary>
public sealed partial class PackagingRows
{
    private static readonly string Image = Read("Dockerfile");
    private static readonly string Compose = Read("compose/compose.yaml");
    private static readonly string Unit = Read("compose/systemd/chatalot.service");

    [Fact]
    public void G19_The_health_check_is_built_into_the_image() => Image.ShouldContain("\nHEALTHCHECK ");

    [Fact]
    public void G20_It_asks_every_30_seconds()
    {
        Image.ShouldContain("HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3");
        Read("src/Host/Healthcheck.cs").ShouldContain("/api/health\"");
    }

    [Fact]
    public void G21_The_servers_container_is_inspected_by_its_name()
    {
        Service("chatalot").ShouldContain("container_name: chatalot-server");
        Commands("docker inspect").ShouldAllBe(line => line.Contains(" chatalot-server", StringComparison.Ordinal));
    }

    [Fact]
    public void G60_The_guides_statistics_are_about_containers_that_compose_makes()
    {
        foreach (var line in Commands("docker stats"))
        foreach (var name in line.Split(' ').Skip(2).Where(word => !word.StartsWith('-')))
            Compose.ShouldContain($"container_name: {name}\n");
    }

    [Fact]
    public void G22_The_check_prints_the_answer_also_when_it_is_bad() =>
        Image.ShouldMatch("""HEALTHCHECK [^\n]*\n\s+CMD \["/app/chatalot-server", "healthcheck"\]""");

    [Fact]
    public void G24_The_server_is_the_service_chatalot() => Services().ShouldContain("chatalot");

    [Fact]
    public void G25_The_database_is_the_service_postgres() => Services().ShouldContain("postgres");

    [Fact]
    public void G28_The_unit_is_called_chatalot_and_logs_to_the_journal()
    {
        Unit.ShouldNotContain("StandardOutput=");
        Unit.ShouldNotContain("StandardError=");
    }

    [Fact]
    public void G30_Image_and_compose_set_the_guides_verbosity()
    {
        Image.ShouldContain("RUST_LOG=chatalot_server=info,tower_http=info");
        Compose.ShouldContain("RUST_LOG: ${RUST_LOG:-chatalot_server=info,tower_http=info}");
    }

    [Fact]
    public void G49_Role_and_database_are_called_chatalot()
    {
        Service("postgres").ShouldContain("POSTGRES_DB: chatalot");
        Service("postgres").ShouldContain("POSTGRES_USER: chatalot");
    }

    [Fact]
    public void G54_Statements_are_counted_out_of_the_box()
    {
        Service("postgres").ShouldContain("shared_preload_libraries=pg_stat_statements");
        Service("postgres").ShouldContain("./compose/postgres/statistics.sql:/docker-entrypoint-initdb.d/");
        Read("compose/postgres/statistics.sql").ShouldContain("CREATE EXTENSION IF NOT EXISTS pg_stat_statements;");
    }

    [Fact]
    public void G55_The_volumes_have_the_names_that_commands_use()
    {
        foreach (var file in new[] { Compose, Read("compose.yaml") })
            file.ShouldMatch("(?m)^name: chatalot$");
        Service("chatalot").ShouldContain("- file_storage:/app/data/files");
        Service("postgres").ShouldContain("- postgres_data:/var/lib/postgresql/data");
        Volumes().ShouldBe(["file_storage", "file_cache", "postgres_data", "server_logs"]);
    }

    [Fact]
    public void G57_The_guides_volume_commands_are_about_volumes_that_compose_makes()
    {
        var named = Commands("docker run").Select(line => Regex.Match(line, "-v chatalot_([a-z_]+):").Groups[1].Value);
        named.Distinct().ShouldBe(["file_storage", "postgres_data"], ignoreOrder: true);
        named.Except(Volumes()).ShouldBeEmpty();
    }

    [Fact]
    public void G56_The_file_volume_holds_uploaded_files_alone()
    {
        // Whatever else the server writes has a volume of its own, or the read-only root would stop it.
        string[] others = ["file_cache:/app/data/file-cache", "server_logs:/app/data/logs"];
        foreach (var volume in others)
        {
            Service("chatalot").ShouldContain($"- {volume}");
            Image.ShouldContain($" {volume.Split(':')[1]}");
        }
        Service("chatalot").ShouldContain("FILE_STORAGE_PATH: /app/data/files\n");
        Service("chatalot").ShouldContain("FILE_CACHE_PATH: /app/data/file-cache\n");
    }

    [Fact]
    public void G59_Every_shipped_script_is_executable_and_its_syntax_is_good()
    {
        var scripts = Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "compose"), "*", SearchOption.AllDirectories)
            .Concat(new[] { "run", "test" }.Select(file => Path.Combine(Repository.Root, file)))
            .Where(file => File.ReadLines(file).FirstOrDefault()?.StartsWith("#!", StringComparison.Ordinal) == true)
            .ToList();
        scripts.Count.ShouldBeGreaterThanOrEqualTo(3);
        foreach (var script in scripts)
        {
            File.GetUnixFileMode(script).HasFlag(UnixFileMode.UserExecute).ShouldBeTrue(script);
            using var check = Process.Start("bash", ["-n", script]);
            check.WaitForExit();
            check.ExitCode.ShouldBe(0, script);
        }
    }

    [Fact]
    public void G64_Both_containers_have_the_guides_limits()
    {
        Compose.ShouldMatch(@"limits:\n\s+cpus: ""1.0""\n\s+memory: 512M");
        Service("chatalot").ShouldContain("<<: *service");
        Service("postgres").ShouldContain("<<: *service");
    }

    [Fact]
    public void The_container_may_do_little()
    {
        Service("chatalot").ShouldContain("read_only: true");
        Service("chatalot").ShouldMatch(@"cap_drop:\n\s+- ALL");
        Compose.ShouldContain("no-new-privileges:true");
        Image.ShouldMatch(@"(?m)^USER 10001:10001$");
        Image.ShouldNotContain(":latest");
        Service("postgres").ShouldNotContain("ports:");
        Compose.ShouldMatch(@"  internal:\n\s+driver: bridge\n\s+internal: true");
    }

    [Fact]
    public void The_tunnels_and_relays_run_only_when_they_are_asked_for_and_in_one_version()
    {
        (string Service, string Container, string Profile)[] optional =
        [
            ("cloudflared", "chatalot-tunnel", "production"),
            ("cloudflared-quick", "chatalot-tunnel-quick", "quick-tunnel"),
            ("coturn", "chatalot-turn", "turn"),
        ];
        foreach (var (service, container, profile) in optional)
        {
            Service(service).ShouldContain($"container_name: {container}\n");
            Service(service).ShouldContain($"profiles:\n      - {profile}\n");
            Service(service).ShouldMatch(@"image: [a-z/]+:[0-9][0-9.]*\n");
            Service(service).ShouldMatch(@"cap_drop:\n\s+- ALL");
        }
    }

    [Fact]
    public void The_engine_waits_longer_than_the_server_needs_to_stop()
    {
        Service("chatalot").ShouldContain("stop_grace_period: 30s");
        Unit.ShouldContain("TimeoutStopSec=30");
        Unit.ShouldContain("RestartPreventExitStatus=78");
        Unit.ShouldContain("Wants=network-online.target postgresql.service");
        Unit.ShouldNotContain("\nRequires=");
    }

    [Fact]
    public void The_unit_waits_until_the_server_says_that_it_is_ready() => Unit.ShouldContain("\nType=notify\n");

    [Fact]
    public void Every_setting_of_the_object_store_reaches_the_container()
    {
        foreach (var setting in Host.Configuration.ObjectStoreCatalogue.All)
            Service("chatalot").ShouldContain($"\n      {setting.Name}: ${{{setting.Name}:-{setting.Default}}}\n");
    }

    [Fact]
    public void Every_setting_reaches_the_container_but_those_that_the_image_decides()
    {
        // Folders of the image, files that somebody must mount first, and the time that compose itself waits for the
        // stop.
        string[] decided =
        [
            "DATA_PATH",
            "PG_BIN",
            "LOG_PATH",
            "BACKUP_BEFORE_MIGRATE",
            "JWT_PREVIOUS_PUBLIC_KEY_PATH",
            "SHUTDOWN_TIMEOUT_SECONDS",
        ];
        var passed = Variable().Matches(Service("chatalot")).Select(match => match.Groups[1].Value);

        Host.Configuration.SettingCatalogue.All.Select(setting => setting.Name)
            .Except(passed)
            .ShouldBe(decided, ignoreOrder: true);
    }

    [Fact]
    public void Every_variable_of_compose_is_one_that_the_server_reads_and_has_a_line_in_the_example()
    {
        var passed = Variable().Matches(Service("chatalot")).Select(match => match.Groups[1].Value).ToList();
        var known = Host.Configuration.SettingCatalogue.All.Select(setting => setting.Name).ToList();

        passed.Count.ShouldBeGreaterThan(20);
        passed.Except(known).ShouldBeEmpty();
        var example = Read(".env.example");
        var offered = passed.Where(name => Compose.Contains($"{name}: ${{{name}:", StringComparison.Ordinal));
        offered.Where(name => !example.Contains($"\n{name}=", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Everything_that_the_image_copies_is_there()
    {
        foreach (Match copy in Copy().Matches(Image))
        foreach (var source in copy.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..^1])
            Path.Exists(Path.Combine(Repository.Root, source)).ShouldBeTrue(source);
    }

    [Fact]
    public void Proxies_let_the_largest_upload_through_and_keep_sockets_open()
    {
        var nginx = Read("compose/nginx/chatalot.conf");
        nginx.ShouldContain("client_max_body_size 110m;");
        nginx.ShouldContain("proxy_read_timeout 24h;");
        nginx.ShouldContain("X-Forwarded-For");
        nginx.ShouldContain("proxy_set_header Upgrade");
        Read("compose/caddy/Caddyfile").ShouldContain("max_size 110MB");
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));

    /// <summary>Command lines of the guide that begin so.</summary>
    private static List<string> Commands(string beginning)
    {
        var lines = Read("docs/operations/monitoring.md").Split('\n');
        List<string> found = [.. lines.Where(line => line.StartsWith(beginning + " ", StringComparison.Ordinal))];
        found.ShouldNotBeEmpty();
        return found;
    }

    private static List<string> Volumes() =>
        [
            .. Regex
                .Match(Compose, @"(?m)^volumes:\n((?:  \w+:\n)+)")
                .Groups[1]
                .Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Trim(' ', ':')),
        ];

    private static IEnumerable<string> Services() =>
        Regex
            .Match(Compose, @"^services:\n(.*?)^\w", RegexOptions.Multiline | RegexOptions.Singleline)
            .Groups[1]
            .Value.Split('\n')
            .Where(line => Regex.IsMatch(line, @"^  [\w-]+:$"))
            .Select(line => line.Trim(' ', ':'));

    private static string Service(string name) =>
        Regex
            .Match(Compose, $@"^  {name}:\n(.*?)(?=^  [\w-]+:\n|^\w)", RegexOptions.Multiline | RegexOptions.Singleline)
            .Groups[1]
            .Value;

    [GeneratedRegex(@"(?m)^      ([A-Z0-9_]+):")]
    private static partial Regex Variable();

    [GeneratedRegex(@"(?m)^COPY (?!--)(.+)$")]
    private static partial Regex Copy();
}
