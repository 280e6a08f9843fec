using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Chatalot.Integration.Tests.Auth;

/// <summary>
/// Every event that somebody may ask about later leaves an entry with its address (auth-account.md D-34).
/// </summary>
public sealed class AuditTests
{
    [Fact]
    public async Task Given_security_events_Then_each_leaves_one_entry_with_the_address_it_came_from()
    {
        await using var server = await AuthServer.StartAsync();
        var rosa = await server.Http.RegisterAsync("rosa");
        await server.Http.LoginAsync("nobody-of-this-name");
        var phone = await server.Http.LoginAsync("rosa");
        var session = await server.QueryAsync<Guid>(
            "select id from sessions order by created_at desc, id desc limit 1"
        );
        await CallAsync("DELETE", $"/api/account/sessions/{session}", rosa, new JsonObject());
        await CallAsync("POST", "/api/totp/setup", rosa, new JsonObject());
        await CallAsync("POST", "/api/totp/verify", rosa, new JsonObject { ["code"] = "000000" });
        await CallAsync("POST", "/api/account/regenerate-recovery-code", rosa, new JsonObject());
        await CallAsync(
            "PUT",
            "/api/account/password",
            rosa,
            new JsonObject { ["current_password"] = Calls.Password, ["new_password"] = "Green-Kettle-43" }
        );
        var again = await server.Http.SendAsync(
            "POST",
            "/api/auth/login",
            new JsonObject { ["username"] = "rosa", ["password"] = "Green-Kettle-43" }
        );
        await CallAsync("POST", "/api/account/logout-all", again, new JsonObject());

        var entries = await server.QueryAsync<string>(
            "select string_agg(action || ' ' || coalesce(host(ip_address::inet), '-'), ',' order by id) from audit_log"
        );
        entries
            .Split(',')
            .ShouldBe(
                new[]
                {
                    "register",
                    "login_failed",
                    "login",
                    "session_revoked",
                    "totp_failed",
                    "recovery_code_regenerated",
                    "password_changed",
                    "login",
                    "logout_all",
                }.Select(action => $"{action} 127.0.0.1")
            );
        phone.Status.ShouldBe(System.Net.HttpStatusCode.OK);

        async Task CallAsync(string method, string path, Answer login, JsonObject body) =>
            await server.Http.SendAsync(method, path, body, login.AccessToken);
    }

    /// <summary>Cut at its 512th character it would end in half a character, which no database takes.</summary>
    [Fact]
    public async Task Given_an_agent_that_is_too_long_and_no_ASCII_When_somebody_logs_in_Then_it_is_left_out()
    {
        await using var server = await AuthServer.StartAsync();
        await server.Http.RegisterAsync("rosa");
        using var client = new HttpClient(
            new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.UTF8 }
        );
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(server.Http.BaseAddress!, "/api/auth/login")
        )
        {
            Content = JsonContent.Create(new { username = "rosa", password = Calls.Password }),
        };
        request.Headers.TryAddWithoutValidation("User-Agent", new string('a', 511) + "\U0001F6A3");

        using var answer = await client.SendAsync(request);

        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        (
            await server.QueryAsync<bool>("select bool_and(user_agent is null) from audit_log where action = 'login'")
        ).ShouldBeTrue();
    }

    [Theory]
    [InlineData("/api/auth/login")]
    [InlineData("/api/totp/setup")]
    [InlineData("/api/account/regenerate-recovery-code")]
    public async Task Answers_that_hold_secrets_are_kept_by_nobody_on_the_way(string path)
    {
        await using var server = await AuthServer.StartAsync();
        var rosa = await server.Http.RegisterAsync("rosa");
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Authorization = new("Bearer", rosa.AccessToken);
        request.Content = new StringContent(
            path.EndsWith("login", StringComparison.Ordinal)
                ? $$"""{"username":"rosa","password":"{{Calls.Password}}"}"""
                : "{}",
            System.Text.Encoding.UTF8,
            "application/json"
        );

        using var answer = await server.Http.SendAsync(request);

        answer.IsSuccessStatusCode.ShouldBeTrue();
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }
}
