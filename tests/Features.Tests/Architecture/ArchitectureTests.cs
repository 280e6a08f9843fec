using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Chatalot.Features.Frames;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Tests.Architecture;

/// <summary>Keeps the house in order: Host -> Features -> Shared, and only these arrows between features.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>
    /// Feature -> features that it may know. A new arrow is a decision: write it down here, or find a way without.
    /// </summary>
    private static readonly Dictionary<string, string[]> AllowedArrows = new()
    {
        ["Accounts"] = [],
        ["Administration"] = ["Accounts", "Audit", "Auth", "Channels", "Departures", "Files", "Messages", "Spaces"],
        ["Alerts"] = [],
        ["Announcements"] = ["Accounts", "Audit", "Frames"],
        ["Audit"] = [],
        ["Auth"] = ["Accounts", "Audit", "Frames", "Keys", "Settings"],
        ["Bookmarks"] = ["Accounts", "Channels", "Spaces"],
        ["Channels"] = ["Accounts", "Frames", "Pictures", "Spaces"],
        ["Communities"] = ["Accounts", "Channels", "Frames", "Pictures", "Spaces"],
        ["Departures"] = ["Accounts", "Audit", "Auth", "Channels", "Exports", "Frames", "Pictures", "Spaces"],
        ["DirectMessages"] = ["Accounts", "Channels", "Spaces", "Users"],
        ["Exports"] = ["Accounts", "Audit", "Auth"],
        ["ExternalLogins"] = ["Accounts", "Audit", "Auth"],
        ["Feedback"] = ["Accounts"],
        ["Files"] = ["Accounts", "Audit", "Channels", "Messages", "Spaces"],
        ["Frames"] = [],
        ["Gateway"] = ["Auth", "Channels", "Frames"],
        ["Groups"] = ["Accounts", "Channels", "Frames", "Pictures", "Spaces"],
        ["Health"] = [],
        ["Keys"] = ["Accounts", "Audit", "Channels", "Frames"],
        ["Legal"] = [],
        ["Maintenance"] = ["Accounts", "Audit", "Messages"],
        ["Messages"] = ["Accounts", "Channels", "Frames", "Gateway", "Spaces", "Users"],
        ["Moderation"] = ["Accounts", "Channels", "Communities", "Frames", "Spaces"],
        ["Operations"] = ["Accounts", "Audit", "Health", "Settings"],
        ["Pictures"] = [],
        ["Pins"] = ["Accounts", "Channels", "Frames", "Messages", "Settings", "Spaces"],
        ["Polls"] = ["Accounts", "Channels", "Frames", "Messages", "Spaces"],
        ["Presence"] = ["Auth", "Channels", "Frames", "Gateway", "Messages"],
        ["Previews"] = ["Accounts"],
        ["Profiles"] = ["Accounts", "Frames", "Pictures", "Users"],
        ["Push"] = ["Accounts", "Messages", "Presence"],
        ["Reactions"] = ["Channels", "Frames", "Gateway", "Messages"],
        ["ReadMarkers"] = ["Accounts", "Channels", "Frames", "Gateway", "Messages", "Users"],
        ["Reports"] = ["Accounts", "Audit", "Channels", "Files", "Frames", "Users"],
        ["ScheduledMessages"] = ["Accounts", "Channels", "Frames", "Messages"],
        ["Search"] = ["Accounts", "Channels", "Messages", "Users"],
        ["Settings"] = ["Accounts", "Audit", "Frames"],
        ["Spaces"] = ["Accounts", "Audit", "Frames"],
        ["Users"] = ["Accounts"],
        ["Voice"] = ["Accounts", "Channels", "Frames", "Gateway", "Messages", "Spaces", "Users"],
        ["Webhooks"] = ["Accounts", "Audit", "Auth", "Channels", "Messages", "Spaces"],
    };

    /// <summary>
    /// The command line hands all variables to the configuration at once; programs are searched in PATH.
    /// </summary>
    private static readonly string[] MayReadTheEnvironment =
    [
        "src/Host/Commands/CommandOptions.cs",
        // What systemd tells its children is no setting.
        "src/Host/ServiceManager.cs",
        "src/Shared/Postgres/Embedded/PostgresBinaries.cs",
    ];

    [Fact]
    public void Features_know_only_the_features_that_they_may_know()
    {
        var unexpected = Arrows()
            .Where(arrow => !AllowedArrows.GetValueOrDefault(arrow.From, []).Contains(arrow.To))
            .Select(arrow => $"{arrow.From} -> {arrow.To} ({arrow.File})");

        unexpected.ShouldBeEmpty();
    }

    [Fact]
    public void Every_allowed_arrow_is_used_and_there_is_no_circle()
    {
        var drawn = Arrows().Select(arrow => (arrow.From, arrow.To)).ToHashSet();
        AllowedArrows
            .SelectMany(feature => feature.Value.Select(to => (From: feature.Key, To: to)))
            .Where(arrow => !drawn.Contains(arrow))
            .ShouldBeEmpty("an arrow that nobody needs any more");

        var ground = new HashSet<string>();
        while (true)
        {
            var next = AllowedArrows
                .Where(feature => !ground.Contains(feature.Key) && feature.Value.All(ground.Contains))
                .Select(feature => feature.Key)
                .ToList();
            if (next.Count == 0)
                break;
            ground.UnionWith(next);
        }
        AllowedArrows.Keys.Except(ground).ShouldBeEmpty("these features know each other in a circle");
    }

    [Fact]
    public void Shared_knows_no_feature_and_features_know_no_host()
    {
        UsersOf("Features|Host", "src/Shared").ShouldBeEmpty();
        UsersOf("Host", "src/Features").ShouldBeEmpty();
    }

    [Fact]
    public void Time_comes_from_the_time_provider_and_settings_from_the_configuration()
    {
        Sources("src").Where(source => WallClock().IsMatch(source.Text)).Select(source => source.Path).ShouldBeEmpty();
        Sources("src")
            .Where(source => source.Text.Contains("Environment.GetEnvironmentVariable"))
            .Select(source => source.Path)
            .Except(MayReadTheEnvironment)
            .ShouldBeEmpty();
    }

    [Fact]
    public void Every_public_type_says_what_it_is()
    {
        var undocumented =
            from assembly in new[] { typeof(Failure).Assembly, typeof(IClientFrame).Assembly }
            let documented = Documented(assembly)
            from type in assembly.GetExportedTypes()
            where !documented.Contains("T:" + type.FullName!.Replace('+', '.'))
            select type.FullName;

        undocumented.ShouldBeEmpty();
    }

    [Fact]
    public void A_file_holds_one_use_case_at_most()
    {
        Sources("src/Features")
            .Where(source => EndpointClass().Count(source.Text) > 1)
            .Select(source => source.Path)
            .ShouldBeEmpty();
    }

    private static IEnumerable<string> UsersOf(string projects, string folder) =>
        from source in Sources(folder)
        where Regex.IsMatch(source.Text, $@"^\s*using Chatalot\.({projects})\b", RegexOptions.Multiline)
        select source.Path;

    private static HashSet<string> Documented(Assembly assembly) =>
        [
            .. XDocument
                .Load(Path.ChangeExtension(assembly.Location, ".xml"))
                .Descendants("member")
                .Where(member => member.Element("summary") is not null || member.Element("inheritdoc") is not null)
                .Select(member => member.Attribute("name")!.Value),
        ];

    private static IEnumerable<(string From, string To, string File)> Arrows() =>
        from source in Sources("src/Features")
        let parts = source.Path.Split('/')
        where parts.Length > 3
        from Match match in FeatureName().Matches(source.Text)
        where match.Groups[1].Value != parts[2]
        select (parts[2], match.Groups[1].Value, source.Path);

    private static IEnumerable<(string Path, string Text)> Sources(string folder) =>
        Directory
            .EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path: Path.GetRelativePath(Repository.Root, path), path))
            .Where(file => !file.Path.Contains("/obj/") && !file.Path.Contains("/bin/"))
            .Select(file => (file.Path, File.ReadAllText(file.path)));

    [GeneratedRegex(@"\bChatalot\.Features\.(\w+)")]
    private static partial Regex FeatureName();

    [GeneratedRegex(@"\bclass \w+(\([^{]*?\))?\s*: Endpoint(WithoutRequest)?\b")]
    private static partial Regex EndpointClass();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(UtcNow|Now)\b")]
    private static partial Regex WallClock();
}
