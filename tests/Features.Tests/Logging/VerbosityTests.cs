using Chatalot.Shared.Logging;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Tests.Logging;

public sealed class VerbosityTests
{
    private static readonly string[] Plain =
    [
        "Chatalot.Host.Server",
        "Chatalot.Features.Maintenance.PruneAuditLog",
        "Chatalot.Features.Health.HealthProbe",
        "Chatalot.Features.Files.Upload",
    ];
    private static readonly string[] Auth = ["Chatalot.Features.Auth.Login", "Chatalot.Shared.Security.TokenKeys"];
    private static readonly string[] Sockets =
    [
        "Chatalot.Features.Gateway.SocketGateway",
        "Chatalot.Shared.Realtime.Connection",
        "Chatalot.Features.Messages.SendMessage",
        "Chatalot.Features.Voice.JoinVoice",
    ];
    private static readonly string[] Http =
    [
        "Chatalot.Shared.Http.RequestLog",
        "Microsoft.AspNetCore.Hosting.Diagnostics",
    ];
    private static readonly string[] Database = ["Npgsql.Command", "Npgsql.Connection"];
    private static readonly string[] Rest =
    [
        "Microsoft.AspNetCore.Server.Kestrel",
        "System.Net.Http.HttpClient.x",
        "Quartz",
    ];

    [Theory] // contract, operations.md 7.4
    [InlineData(null, "iii", "iee")]
    [InlineData("", "iii", "iee")]
    [InlineData("chatalot_server=info,tower_http=info", "iii", "iee")]
    [InlineData("chatalot_server::ws=debug,chatalot_server=info,tower_http=info", "iid", "iee")]
    [InlineData(
        "chatalot_server::routes::auth=debug,chatalot_server::middleware::auth=debug,chatalot_server=info",
        "idi",
        "eee"
    )]
    [InlineData("sqlx=debug,chatalot_server=info", "iii", "ede")]
    [InlineData("debug", "ddd", "ddd")]
    [InlineData("chatalot_server=debug,tower_http=debug", "ddd", "dee")]
    [InlineData("info", "iii", "iii")]
    [InlineData("chatalot_server=info,bogus==x", "iii", "eee")]
    // plain, auth, sockets | http, database, rest
    public void The_matrix_of_existing_values_holds(string? value, string own, string others)
    {
        var verbosity = Verbosity.Parse(value);

        string[][] groups = [Plain, Auth, Sockets, Http, Database, Rest];
        foreach (var (loggers, letter) in groups.Zip(own + others))
        {
            foreach (var logger in loggers)
                verbosity.LevelOf(logger).ShouldBe(Level(letter), $"{logger} with {value}");
        }
    }

    [Theory]
    [InlineData("Chatalot.Files=debug", "Chatalot.Features.Files.Upload", LogLevel.Debug)]
    [InlineData("Chatalot.Features.Files.Upload=trace", "Chatalot.Features.Files.Upload", LogLevel.Trace)]
    [InlineData("chatalot=warn", "Chatalot.Host.Server", LogLevel.Warning)] // a text prefix, not a segment
    [InlineData("chatalot_server", "Chatalot.Host.Server", LogLevel.Trace)] // a bare target is everything
    [InlineData("chatalot_server=", "Chatalot.Host.Server", LogLevel.Trace)]
    [InlineData("chatalot_server=debug,chatalot_server=warn", "Chatalot.Host.Server", LogLevel.Warning)]
    [InlineData("chatalot_server::ws=trace,chatalot_server=warn", "Chatalot.Features.Messages.X", LogLevel.Trace)]
    [InlineData("chatalot_server=warn,chatalot_server::ws=trace", "Chatalot.Features.Messages.X", LogLevel.Trace)]
    [InlineData("chatalot_server::ws::handler=debug", "Chatalot.Shared.Realtime.X", LogLevel.Debug)]
    [InlineData("chatalot_server::error=off", "Chatalot.Shared.Http.ErrorEdge", LogLevel.None)]
    [InlineData("chatalot_server::middleware::rate_limit=debug", "Chatalot.Shared.Http.RateLimits", LogLevel.Debug)]
    [InlineData("chatalot_server::routes::health=debug", "Chatalot.Features.Health.X", LogLevel.Debug)]
    [InlineData("chatalot_server::routes::communities=debug", "Chatalot.Features.Communities.X", LogLevel.Debug)]
    [InlineData("chatalot_server=debug", "Chatalot.Shared.Http.RequestLog", LogLevel.Error)]
    [InlineData("off", "Chatalot.Host.Server", LogLevel.None)]
    [InlineData("off,chatalot_server=info", "Quartz", LogLevel.None)]
    [InlineData("4", "Quartz", LogLevel.Debug)]
    [InlineData(" WARN , chatalot_server = Debug ,, ", "Chatalot.Host.Server", LogLevel.Debug)]
    [InlineData("tower_http::trace=debug", "Chatalot.Shared.Http.RequestLog", LogLevel.Debug)]
    [InlineData("sqlx::query=debug", "Npgsql.Command", LogLevel.Debug)]
    // equally long targets that both match: the more verbose one
    [InlineData(
        "chatalot_server::ws::handler=warn,chatalot_server::ws::session=debug",
        "Chatalot.Features.Voice.X",
        LogLevel.Debug
    )]
    [InlineData("Chatalot.Gateway=warn,chatalot_server=debug", "Chatalot.Features.Gateway.X", LogLevel.Warning)]
    public void A_directive_reaches_its_loggers(string value, string logger, LogLevel expected) =>
        Verbosity.Parse(value).LevelOf(logger).ShouldBe(expected);

    [Theory]
    [InlineData("chatalot_server=info,bogus==x", "bogus==x")]
    [InlineData("chatalot_server=loud", "chatalot_server=loud")]
    [InlineData("info,my target=info", "my target=info")]
    [InlineData("info,chatalot_server[request]=debug", "chatalot_server[request]=debug")]
    public void A_bad_item_is_named_and_the_others_count(string value, string bad)
    {
        var verbosity = Verbosity.Parse(value);

        verbosity.IgnoredItems.ShouldBe([bad]);
        verbosity.LevelOf("Chatalot.Host.Server").ShouldBe(LogLevel.Information);
    }

    private static LogLevel Level(char letter) =>
        letter switch
        {
            'i' => LogLevel.Information,
            'd' => LogLevel.Debug,
            _ => LogLevel.Error,
        };
}
