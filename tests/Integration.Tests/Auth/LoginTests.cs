using System.Net;
using System.Text.Json.Nodes;
using Chatalot.Features.Auth;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Security;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Chatalot.Integration.Tests.Auth;

public sealed class LoginTests
{
    [Fact]
    public async Task A_login_finds_the_name_in_any_case_and_leaves_other_sessions_alone()
    {
        await using var server = await AuthServer.StartAsync();
        var phone = await server.Http.RegisterAsync("Rosa");

        var desktop = await server.Http.LoginAsync("rOSA");

        desktop.Status.ShouldBe(HttpStatusCode.OK);
        desktop.Json!.AsObject().ContainsKey("recovery_code").ShouldBeFalse();
        desktop.Json["user"]!["username"]!.GetValue<string>().ShouldBe("Rosa");
        (await server.Http.GetAsync("/api/account/me", phone.AccessToken)).Status.ShouldBe(HttpStatusCode.OK);
        (await server.Http.RefreshAsync(phone.RefreshToken)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("rosa", "Wrong-Kettle-42")]
    [InlineData("rosa", "")]
    [InlineData("nobody", "Blue-Kettle-42")]
    [InlineData("", "")]
    public async Task Wrong_passwords_and_unknown_names_get_one_answer_and_leave_a_trace(string name, string password)
    {
        await using var server = await AuthServer.StartAsync();
        await server.Http.RegisterAsync("rosa");

        (await server.Http.LoginAsync(name, password)).ShouldBe(HttpStatusCode.Unauthorized, "unauthorized");

        (await server.QueryAsync<long>("select count(*) from audit_log where action = 'login_failed'")).ShouldBe(1);
    }

    [Fact]
    public async Task An_endless_password_is_wrong()
    {
        await using var server = await AuthServer.StartAsync();
        await server.Http.RegisterAsync("rosa");

        (await server.Http.LoginAsync("rosa", new string('a', 60_000))).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("rosa")]
    [InlineData("nobody")]
    public async Task After_ten_failures_a_name_is_locked_for_that_network_alone_across_processes(string name)
    {
        await using var server = await AuthServer.StartAsync();
        await server.Http.RegisterAsync("rosa");
        for (var i = 0; i < 10; i++)
            (await server.Http.LoginAsync(name, "wrong", from: "203.0.113.9")).Status.ShouldBe(
                HttpStatusCode.Unauthorized
            );
        await using var restarted = await server.StartSiblingAsync();

        var locked = await restarted.Http.LoginAsync(name, Calls.Password, from: "203.0.113.9");
        var elsewhere = await restarted.Http.LoginAsync(name, Calls.Password, from: "203.0.113.10");

        locked.Status.ShouldBe(HttpStatusCode.BadRequest);
        locked.Message!.ShouldMatch(@"^account temporarily locked, try again in (89\d|900) seconds$");
        elsewhere.Status.ShouldBe(name == "rosa" ? HttpStatusCode.OK : HttpStatusCode.Unauthorized);
        server.Clock.Advance(TimeSpan.FromSeconds(901));
        (await server.Http.LoginAsync("rosa", from: "203.0.113.9")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Guesses_made_at_the_same_time_learn_no_more_than_guesses_made_in_turn()
    {
        await using var server = await AuthServer.StartAsync();
        await server.Http.RegisterAsync("rosa");

        var all = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => server.Http.LoginAsync("rosa", $"guess{i}")));

        all.Count(answer => answer.Status == HttpStatusCode.Unauthorized).ShouldBe(10);
        all.Count(answer => answer.Status == HttpStatusCode.BadRequest).ShouldBe(30);
    }

    [Fact]
    public async Task An_attack_from_many_networks_locks_strange_ones_but_not_the_owners_own()
    {
        await using var server = await AuthServer.StartAsync(o =>
            o with
            {
                Lockout = o.Lockout with { FailuresFromAllNetworks = 20 },
            }
        );
        await server.Http.RegisterAsync("rosa");
        (await server.Http.LoginAsync("rosa", from: "203.0.113.1")).Status.ShouldBe(HttpStatusCode.OK);
        for (var i = 0; i < 20; i++)
            await server.Http.LoginAsync("rosa", "wrong", from: $"198.51.100.{i}");

        (await server.Http.LoginAsync("rosa", from: "198.51.100.99")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await server.Http.LoginAsync("rosa", from: "203.0.113.1")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_suspended_user_is_told_so_only_with_the_right_password()
    {
        await using var server = await AuthServer.StartAsync();
        await server.Http.RegisterAsync("rosa");
        await server.ExecuteAsync(
            "update mt_doc_user set data = data || '{\"suspended_at\":\"2031-01-01T00:00:00.000000+00:00\"}'"
        );

        (await server.Http.LoginAsync("rosa", "wrong")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await server.Http.LoginAsync("rosa")).ShouldBe(HttpStatusCode.BadRequest, "account is suspended");
        (await server.QueryAsync<long>("select count(*) from audit_log where action = 'login_suspended'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_hash_of_the_past_is_replaced_at_login()
    {
        await using var server = await AuthServer.StartAsync();
        await server.Http.RegisterAsync("rosa");
        using var past = new PasswordHasher(new PasswordHashing { MemoryKiB = 2048, Passes = 2 });
        var old = await past.HashAsync(Calls.Password, default);
        await server.ExecuteAsync($"update mt_doc_user set data = data || '{{\"password_hash\":\"{old}\"}}'");

        (await server.Http.LoginAsync("rosa")).Status.ShouldBe(HttpStatusCode.OK);

        var stored = await server.QueryAsync<string>("select data ->> 'password_hash' from mt_doc_user");
        stored.ShouldStartWith("$argon2id$v=19$m=1024,t=1,");
        (await server.Http.LoginAsync("rosa")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_session_that_was_not_used_for_longest_makes_room()
    {
        await using var server = await AuthServer.StartAsync(o =>
            o with
            {
                Sessions = o.Sessions with { MostPerUser = 3 },
            }
        );
        var first = await server.Http.RegisterAsync("rosa");
        var second = await server.Http.LoginAsync("rosa");
        await server.Http.LoginAsync("rosa");
        first = await server.Http.RefreshAsync(first.RefreshToken);

        var fourth = await server.Http.LoginAsync("rosa");

        (await server.Http.RefreshAsync(second.RefreshToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await server.Http.RefreshAsync(first.RefreshToken)).Status.ShouldBe(HttpStatusCode.OK);
        var sessions = await server.Http.GetAsync("/api/account/sessions", fourth.AccessToken);
        sessions.Json!.AsArray().Count.ShouldBe(3);
    }

    [Fact]
    public async Task The_configuration_tells_credentials_of_call_servers_to_signed_in_users_only()
    {
        var urls = System.Text.Json.JsonDocument.Parse("\"stun:stun.example\"").RootElement;
        await using var server = await AuthServer.StartAsync(o =>
            o with
            {
                IceServers = [new IceServer(urls), new IceServer(urls, "u", "c")],
                PublicUrl = "https://x.example",
            }
        );
        var user = await server.Http.RegisterAsync("rosa");

        var anonymous = await server.Http.GetAsync("/api/auth/config", token: null);
        var bogus = await server.Http.GetAsync("/api/auth/config", "bogus");
        var signedIn = await server.Http.GetAsync("/api/auth/config", user.AccessToken);

        anonymous
            .Json!.ToJsonString()
            .ShouldBe(
                """{"registration_mode":"open","public_url":"https://x.example","ice_servers":[{"urls":"stun:stun.example"}],"max_messages_cache":500,"max_pins_per_channel":50,"e2e_enabled":true}"""
            );
        bogus.Json!.ToJsonString().ShouldBe(anonymous.Json.ToJsonString());
        signedIn.Json!["ice_servers"]!.AsArray().Count.ShouldBe(2);
        signedIn.Json["ice_servers"]![1]!["credential"]!.GetValue<string>().ShouldBe("c");
    }

    [Fact]
    public async Task The_configuration_is_told_while_the_database_is_away()
    {
        var urls = System.Text.Json.JsonDocument.Parse("\"stun:stun.example\"").RootElement;
        await using var server = await AuthServer.StartAsync(o =>
            o with
            {
                IceServers = [new IceServer(urls, "u", "c")],
            }
        );
        var user = await server.Http.RegisterAsync("rosa");
        await server.Database.DisposeAsync();
        var database = server.Services.GetRequiredService<DatabaseAvailability>();
        database.ReportFailure(new NpgsqlException("gone", new IOException()));
        await Eventually.HoldsAsync(() => !database.IsAvailable, "the loss is noticed");

        var config = await server.Http.GetAsync("/api/auth/config", user.AccessToken);

        config.Status.ShouldBe(HttpStatusCode.OK);
        config.Json!.AsObject().ContainsKey("ice_servers").ShouldBeFalse();
        (await server.Http.LoginAsync("rosa")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task A_client_that_sends_more_members_is_understood()
    {
        await using var server = await AuthServer.StartAsync();
        await server.Http.RegisterAsync("rosa");

        var answer = await server.Http.SendAsync(
            "POST",
            "/api/auth/login",
            new JsonObject
            {
                ["username"] = "rosa",
                ["password"] = Calls.Password,
                ["totp_code"] = null,
            },
            token: "expired.or.bogus"
        );

        answer.Status.ShouldBe(HttpStatusCode.OK);
    }
}
