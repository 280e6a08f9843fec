using System.Net;
using Chatalot.Host.Configuration;
using Chatalot.Shared.Http;

namespace Chatalot.Features.Tests.Configuration;

public sealed class SettingsTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    [Fact]
    public void Given_nothing_Then_the_contracts_defaults_hold_without_a_word()
    {
        var bound = Bind();

        bound.Problems.ShouldBeEmpty();
        bound.Warnings.ShouldBeEmpty();
        var settings = bound.Settings.ShouldNotBeNull();
        settings.Listen.ShouldBe(new IPEndPoint(IPAddress.Any, 8080));
        settings.Database.ShouldBe(new DatabaseSettings(null, 50, 2, null));
        settings.Access.ShouldBe(new AccessSettings("invite_only", "admin_only", null));
        settings.Files.ShouldBe(
            new FileSettings(
                "./data/files",
                "./data/file-cache",
                100 << 20,
                QuotaBytes: 500 << 20,
                512 << 20,
                Bucket: null
            )
        );
        settings.Http.RateLimits.ShouldBe(new RateLimitSettings());
        settings.Http.BodyLimits.ShouldBe(new BodyLimitSettings());
        settings.Http.Cors.Origins.ShouldBe(["tauri://localhost", "http://tauri.localhost", "https://tauri.localhost"]);
        settings.Keys.MayEnrolTotp.ShouldBeTrue();
        settings.Integrations.ShouldBe(
            new IntegrationSettings(
                new CallSettings(null, null, null),
                null,
                new Uri("https://api.giphy.com"),
                null,
                null,
                null
            )
        );
    }

    [Fact]
    public void Given_empty_variables_Then_they_count_as_unset() =>
        Bind([.. SettingCatalogue.All.Select(setting => (setting.Name, " "))]).Warnings.ShouldBeEmpty();

    [Theory]
    [InlineData("0.0.0.0:9464", "127.0.0.1:9464")]
    [InlineData("127.0.0.1:8080", "127.0.0.1:8080")]
    [InlineData("127.0.0.1:8080", "[::]:8080")]
    public void Two_listeners_on_one_port_stop_the_start(string server, string metrics) =>
        Bind(("LISTEN_ADDR", server), ("METRICS_ADDR", metrics))
            .Problems.ShouldBe([$"METRICS_ADDR holds '{metrics}'; it must hold another port than LISTEN_ADDR"]);

    [Theory]
    [InlineData("127.0.0.1:8080", "127.0.0.2:8080")]
    [InlineData("127.0.0.1:0", "127.0.0.1:0")]
    [InlineData("0.0.0.0:8080", "off")]
    public void Listeners_that_do_not_meet_are_welcome(string server, string metrics) =>
        Bind(("LISTEN_ADDR", server), ("METRICS_ADDR", metrics)).Problems.ShouldBeEmpty();

    [Theory]
    [InlineData("LISTEN_ADDR", "8080")]
    [InlineData("LISTEN_ADDR", ":8080")]
    [InlineData("LISTEN_ADDR", "0.0.0.0")]
    [InlineData("LISTEN_ADDR", "::1:8080")]
    [InlineData("LISTEN_ADDR", "0.0.0.0:99999")]
    [InlineData("LISTEN_ADDR", "chat.example.com:80")]
    [InlineData("PUBLIC_URL", "chat.example.com")]
    [InlineData("PUBLIC_URL", "ftp://chat.example.com")]
    [InlineData("TRUSTED_PROXIES", "proxy")]
    [InlineData("DB_POOL_MAX", "many")]
    [InlineData("DB_POOL_MAX", "0")]
    [InlineData("DB_POOL_MIN", "51")]
    [InlineData("RATE_LIMIT_PER_SECOND", "-1")]
    [InlineData("RATE_LIMIT_BURST", "1.5")]
    [InlineData("SOCKET_QUEUE_FRAMES", "1")]
    [InlineData("LOG_FORMAT", "xml")]
    [InlineData("JWT_PRIVATE_KEY_PATH", "/nowhere/private.pem")]
    [InlineData("JWT_PUBLIC_KEY_PATH", "/nowhere/public.pem")]
    public void A_bad_value_stops_the_start_and_is_named_with_what_it_must_hold(string name, string value)
    {
        var bound = Bind((name, value));

        bound.Settings.ShouldBeNull();
        var problem = bound.Problems.ShouldHaveSingleItem();
        problem.ShouldStartWith($"{name} holds '{value}'; it must hold ");
    }

    [Fact]
    public void Given_several_bad_values_Then_all_are_told_in_one_go() =>
        Bind(("LISTEN_ADDR", "x"), ("DB_POOL_MAX", "x"), ("LOG_FORMAT", "x")).Problems.Count.ShouldBe(3);

    [Theory]
    [InlineData("REGISTRATION_MODE", "public", "Invalid REGISTRATION_MODE 'public', falling back to 'invite_only'")]
    [InlineData(
        "COMMUNITY_CREATION_MODE",
        "all",
        "Invalid COMMUNITY_CREATION_MODE 'all', falling back to 'admin_only'"
    )]
    [InlineData("ICE_SERVERS", "{", "ICE_SERVERS is not valid JSON, will be ignored")]
    [InlineData("MAX_FILE_SIZE_MB", "big", "Invalid MAX_FILE_SIZE_MB 'big', falling back to '100'")]
    [InlineData("MAX_FILE_SIZE_MB", "0", "Invalid MAX_FILE_SIZE_MB '0', falling back to '1'")]
    [InlineData("UPLOAD_QUOTA_MB", "100001", "Invalid UPLOAD_QUOTA_MB '100001', falling back to '100000'")]
    [InlineData(
        "CORS_ORIGINS",
        "https://a.example,https://b\u00fc.example",
        "CORS_ORIGINS: 'https://b\u00fc.example' cannot be an origin and is left out"
    )]
    [InlineData(
        "CORS_ORIGINS",
        "chat.example.com,https://chat.example.com/path",
        "CORS_ORIGINS: 'chat.example.com' is not the origin of a web page, such as https://chat.example.com; "
            + "'https://chat.example.com/path' is not the origin of a web page, such as https://chat.example.com"
    )]
    [InlineData("VAPID_PRIVATE_KEY", "AAAA", "Web Push disabled: VAPID_PRIVATE_KEY is not a base64url P-256 key")]
    [InlineData("RUST_LOG", "chatalot_server=info,bogus==x", "RUST_LOG: 'bogus==x' is not a directive and is ignored")]
    [InlineData("CHATALOT_LGO", "x", "CHATALOT_LGO is not a setting of this server")]
    public void A_bad_value_with_a_fallback_is_replaced_with_a_warning(string name, string value, string warning)
    {
        var bound = Bind((name, value));

        bound.Settings.ShouldNotBeNull();
        bound.Warnings.ShouldBe([warning]);
    }

    [Theory]
    [InlineData("""[{"urls":"stun:stun.example.com"}]""", true)]
    [InlineData("""[{"urls":["turn:a","turn:b"],"username":"u","credential":"c"}]""", true)]
    [InlineData("[]", true)]
    [InlineData("""[{"url":"stun:stun.example.com"}]""", false)]
    [InlineData("""[{"urls":"stun:a"},{"urls":7}]""", false)]
    [InlineData("{}", false)]
    public void ICE_servers_are_taken_whole_or_not_at_all(string json, bool isTaken)
    {
        var bound = Bind(("ICE_SERVERS", json));

        (bound.Settings!.Integrations.Calls.IceServers is not null).ShouldBe(isTaken);
        bound.Warnings.Count.ShouldBe(isTaken ? 0 : 1);
    }

    [Fact]
    public void An_SFU_needs_all_its_settings_and_without_one_of_them_there_is_none()
    {
        (string, string)[] all =
        [
            ("SFU_URL", "ws://127.0.0.1:8188"),
            ("SFU_PUBLIC_URL", "wss://chat.example.com/sfu"),
            ("SFU_API_SECRET", "a"),
            ("SFU_TOKEN_SECRET", "b"),
            ("SFU_ADMIN_KEY", "c"),
        ];
        Bind(all).Settings!.Integrations.Calls.Sfu!.FromParticipants.ShouldBe(6);

        foreach (var left in all)
        {
            var bound = Bind([.. all.Where(setting => setting != left)]);
            bound.Settings!.Integrations.Calls.Sfu.ShouldBeNull();
            bound.Warnings.ShouldHaveSingleItem().ShouldStartWith("SFU disabled: ");
        }
        Bind(("SFU_URL", "http://127.0.0.1:8188")).Problems.ShouldHaveSingleItem().ShouldStartWith("SFU_URL holds");
    }

    [Fact]
    public void Given_anyone_may_create_communities_Then_it_means_open() =>
        Bind(("COMMUNITY_CREATION_MODE", "anyone")).Settings!.Access.CommunityCreationMode.ShouldBe("open");

    [Theory]
    [InlineData("127.0.0.1:80", "127.0.0.1:80")]
    [InlineData("[::]:8080", "[::]:8080")]
    [InlineData("localhost:0", "127.0.0.1:0")]
    public void Listen_addresses_are_read(string value, string expected) =>
        Bind(("LISTEN_ADDR", value)).Settings!.Listen.ToString().ShouldBe(expected);

    [Theory]
    [InlineData(null, "https://chat.example.com/app", "https://chat.example.com")]
    [InlineData("https://a.example/, https://b.example:8443", null, "https://a.example,https://b.example:8443")]
    [InlineData("*", "https://chat.example.com", "https://chat.example.com,*")]
    [InlineData("https://a.example,https://b\u00fc.example, x.example", null, "https://a.example,x.example")]
    [InlineData("https://a.example", "https://chat.example.com/", "https://chat.example.com,https://a.example")]
    public void Web_origins_are_those_named_or_the_public_one(string? origins, string? publicUrl, string expected)
    {
        var settings = Bind(("CORS_ORIGINS", origins ?? ""), ("PUBLIC_URL", publicUrl ?? "")).Settings!;

        string[] desktop = origins is null ? [.. CorsSettings.DesktopOrigins] : [];
        settings.Http.Cors.Origins.ShouldBe([.. expected.Split(','), .. desktop]);
    }

    [Fact]
    public void Given_limits_of_zero_Then_there_are_none()
    {
        var settings = Bind(
            ("RATE_LIMIT_PER_SECOND", "0"),
            ("UPLOAD_QUOTA_MB", "0"),
            ("SOCKET_RATE_BURST", "0")
        ).Settings!;

        settings.Http.RateLimits.General.IsUnlimited.ShouldBeTrue();
        settings.Files.QuotaBytes.ShouldBeNull();
        settings.Sockets.FrameBurst.ShouldBe(0);
    }

    [Fact]
    public void Given_the_general_rate_lifted_Then_others_follow_unless_they_are_set()
    {
        var rates = Bind(("RATE_LIMIT_PER_SECOND", "0"), ("FILE_RATE_LIMIT_PER_SECOND", "7")).Settings!.Http.RateLimits;

        rates.User.IsUnlimited.ShouldBeTrue();
        rates.Session.IsUnlimited.ShouldBeTrue();
        rates.SignedInAddress.IsUnlimited.ShouldBeTrue();
        rates.FileReads.PerSecond.ShouldBe(7);
        rates.Auth.IsUnlimited.ShouldBeFalse();
    }

    [Fact]
    public void Given_a_larger_file_limit_Then_uploads_may_be_that_and_10_MiB() =>
        Bind(("MAX_FILE_SIZE_MB", "200")).Settings!.Http.BodyLimits.UploadBytes.ShouldBe(210L * 1024 * 1024);

    [Fact]
    public void Given_command_line_options_Then_they_win()
    {
        var bound = SettingsBinder.Bind(
            new Dictionary<string, string> { ["DATA_PATH"] = "/env" },
            new Dictionary<string, string> { ["DATA_PATH"] = "/option" }
        );

        bound.Settings!.DataPath.ShouldBe("/option");
        bound.Settings.Files.StoragePath.ShouldBe("/option/files");
        bound.Effective["DATA_PATH"].Source.ShouldBe("command line");
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", true, 0)]
    [InlineData("any text works", true, 1)]
    [InlineData("change_me_to_a_64_character_hex_string", false, 1)]
    public void An_example_key_starts_but_enrols_nobody(string key, bool mayEnrol, int warnings)
    {
        var bound = Bind(("TOTP_ENCRYPTION_KEY", key));

        bound.Settings!.Keys.MayEnrolTotp.ShouldBe(mayEnrol);
        bound.Settings.Keys.TotpKey.ShouldBe(key);
        bound.Warnings.Count.ShouldBe(warnings);
    }

    [Fact]
    public void Given_a_VAPID_pair_Then_push_is_on_and_a_foreign_public_key_turns_it_off()
    {
        // RFC 8291, appendix A: the application server's key pair is another one than the user agent's.
        const string privateKey = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
        const string itsPublicKey =
            "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
        const string another =
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";

        Bind(("VAPID_PRIVATE_KEY", privateKey), ("VAPID_PUBLIC_KEY", itsPublicKey))
            .Settings!.Integrations.WebPush.ShouldBe(new WebPushSettings(privateKey, itsPublicKey));
        Bind(("VAPID_PRIVATE_KEY", privateKey), ("VAPID_PUBLIC_KEY", another))
            .Warnings.ShouldBe(["Web Push disabled: VAPID_PUBLIC_KEY does not belong to VAPID_PRIVATE_KEY"]);
    }

    private static BoundSettings Bind(params (string Name, string Value)[] variables) =>
        SettingsBinder.Bind(variables.ToDictionary(pair => pair.Name, pair => pair.Value), Nothing);
}
