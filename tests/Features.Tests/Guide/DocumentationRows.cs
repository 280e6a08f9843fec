using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Chatalot.Features.Tests.Guide;

/// <summary>Rows about the documentation, and about what is shipped beside the server for watching it.</summary>
public sealed partial class DocumentationRows
{
    private static readonly string Guide = Read("docs/operations/monitoring.md");

    [Fact]
    public void G65_Every_link_of_the_documentation_leads_somewhere()
    {
        var broken = new List<string>();
        foreach (var page in Pages())
        {
            foreach (Match link in Link().Matches(File.ReadAllText(page)))
            {
                var target = link.Groups[1].Value;
                if (Regex.IsMatch(target, "^[a-z]+:"))
                    continue;
                var (path, anchor) = target.Split('#') is [var file, var fragment] ? (file, fragment) : (target, null);
                var full = path.Length == 0 ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, path));
                if (!Path.Exists(full) || (anchor is not null && !Anchors(full).Contains(anchor)))
                    broken.Add($"{Path.GetRelativePath(Repository.Root, page)}: {target}");
            }
        }
        broken.ShouldBeEmpty();
    }

    [Fact]
    public void G66_The_guide_ships_with_the_version_of_the_build_in_its_sample()
    {
        var version = Regex.Match(Read("Directory.Build.props"), "<Version>(.+?)</Version>").Groups[1].Value;

        Guide.ShouldContain($"\"version\": \"{version}\"");
    }

    [Fact]
    public void Every_variable_that_a_page_names_is_one_that_the_server_reads()
    {
        var known = Host.Configuration.SettingCatalogue.All.Select(setting => setting.Name).ToHashSet();
        string[] others = ["BIND_ADDRESS", "DB_PASSWORD", "TOKEN"];
        foreach (var page in new[] { "monitoring", "security-hardening", "troubleshooting" })
        {
            Setting()
                .Matches(Read($"docs/operations/{page}.md"))
                .Select(match => match.Groups[1].Value)
                .Where(name => name.Contains('_', StringComparison.Ordinal))
                .Select(name => name.EndsWith("_FILE", StringComparison.Ordinal) ? name[..^5] : name)
                .Distinct()
                .Where(name => !known.Contains(name) && !others.Contains(name))
                .ShouldBeEmpty(page);
        }
    }

    [Theory]
    [InlineData("calls")]
    [InlineData("object-storage")]
    public void Settings_as_a_page_writes_them_are_good(string page)
    {
        using var secret = new TemporaryFile("a-secret-of-one's-own");
        var known = Host
            .Configuration.SettingCatalogue.All.SelectMany(setting => new[] { setting.Name, setting.FileVariable })
            .ToHashSet();
        var written = Assignment()
            .Matches(Read($"docs/operations/{page}.md"))
            .Select(line => (Name: line.Groups[1].Value, Value: line.Groups[2].Value))
            .Where(line => known.Contains(line.Name))
            .ToDictionary(
                line => line.Name,
                line => line.Name.EndsWith("_FILE", StringComparison.Ordinal) ? secret.Path : line.Value
            );

        written.Count.ShouldBeGreaterThan(5);
        Host.Configuration.SettingsBinder.Bind(written, new Dictionary<string, string>()).Problems.ShouldBeEmpty();
    }

    [Fact]
    public void Every_profile_that_a_page_asks_for_is_one_of_compose()
    {
        var compose = Read("compose/compose.yaml");
        var profiles = Pages()
            .SelectMany(page => Regex.Matches(File.ReadAllText(page), "--profile ([a-z-]+)"))
            .Select(match => match.Groups[1].Value)
            .Distinct()
            .ToList();

        profiles.ShouldNotBeEmpty();
        profiles
            .Where(profile => !compose.Contains($"\n      - {profile}\n", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Every_metric_that_the_guide_names_is_in_the_dashboard_or_in_the_code()
    {
        var code = string.Join(
            '\n',
            Directory
                .EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
                .Select(File.ReadAllText)
        );
        foreach (var name in Regex.Matches(Guide, "`(chatalot_[a-z_]+)`").Select(match => match.Groups[1].Value))
        {
            var stem = Regex.Replace(name, "(_seconds|_bytes)?(_total)?$", "");
            var written = Regex.Escape(stem).Replace("_", "[._]");
            Regex.IsMatch(code, $"\"{written}").ShouldBeTrue(name);
        }
    }

    [Fact]
    public void The_dashboard_is_one_that_Grafana_imports()
    {
        var dashboard = JsonElement.Parse(Read("compose/monitoring/dashboard.json"));
        dashboard.GetProperty("title").GetString().ShouldBe("Chatalot");
        var panels = dashboard.GetProperty("panels").EnumerateArray().ToList();
        panels.Select(panel => panel.GetProperty("id").GetInt32()).ShouldBeUnique();
        panels.ShouldAllBe(panel => panel.GetProperty("targets").GetArrayLength() > 0);
    }

    [Fact]
    public void Prometheus_accepts_its_configuration_and_the_alert_rules()
    {
        // Debian's package prometheus brings it; without it the rules are read by nobody here.
        var promtool = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Select(folder => Path.Combine(folder, "promtool"))
            .FirstOrDefault(File.Exists);
        if (promtool is null)
            return;
        using var check = Process.Start(
            promtool,
            ["check", "config", Path.Combine(Repository.Root, "compose/monitoring/prometheus.yml")]
        );
        check.WaitForExit();
        check.ExitCode.ShouldBe(0);
    }

    private static IEnumerable<string> Pages() =>
        Directory
            .EnumerateFiles(Repository.Root, "*.md", SearchOption.AllDirectories)
            .Where(page => !Regex.IsMatch(page, "/(bin|obj|node_modules|artifacts)/"));

    private static HashSet<string> Anchors(string page) =>
        [
            .. Regex
                .Matches(File.ReadAllText(page), "(?m)^#+ (.+)$")
                .Select(heading => heading.Groups[1].Value.ToLowerInvariant())
                .Select(heading => Regex.Replace(Regex.Replace(heading, @"[^\w\- ]", ""), " ", "-")),
        ];

    private static string Read(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(string content) => File.WriteAllText(Path, content);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }

    [GeneratedRegex("(?m)^([A-Z][A-Z0-9_]+)=([^\\s#]*)")]
    private static partial Regex Assignment();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`([A-Z][A-Z_]+[A-Z])(?:=[^`]*)?`")]
    private static partial Regex Setting();
}
