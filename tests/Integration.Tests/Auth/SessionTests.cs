using System.Net;
using System.Text.Json.Nodes;
using Chatalot.Features.Auth;
using Chatalot.Integration.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Auth;

public sealed class SessionTests
{
    [Fact]
    public async Task A_refresh_gives_new_tokens_and_keeps_the_session()
    {
        await using var server = await AuthServer.StartAsync();
        var login = await server.Http.RegisterAsync("rosa");

        var refreshed = await server.Http.RefreshAsync(login.RefreshToken);

        refreshed.Status.ShouldBe(HttpStatusCode.OK);
        refreshed.Json!.AsObject().Select(member => member.Key).ShouldBe(["access_token", "refresh_token"]);
        refreshed.RefreshToken.ShouldMatch("^[0-9a-f]{64}$");
        refreshed.RefreshToken.ShouldNotBe(login.RefreshToken);
        var sessions = (await server.Http.GetAsync("/api/account/sessions", refreshed.AccessToken)).Json!.AsArray();
        sessions.Count.ShouldBe(1);
        sessions[0]!["device_name"]!.GetValue<string>().ShouldBe("Firefox on Linux");
        sessions[0]!["ip_address"]!.GetValue<string>().ShouldBe("127.0.0.1");
        sessions[0]!["is_current"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Everything_that_refreshes_at_once_gets_a_successor_of_its_own_that_goes_on_working()
    {
        await using var server = await AuthServer.StartAsync();
        var login = await server.Http.RegisterAsync("rosa");

        var all = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => server.Http.RefreshAsync(login.RefreshToken)));

        all.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
        all.Select(answer => answer.RefreshToken).Distinct().Count().ShouldBe(40);
        server.Clock.Advance(TimeSpan.FromHours(2));
        foreach (var tab in all)
            (await server.Http.RefreshAsync(tab.RefreshToken)).Status.ShouldBe(HttpStatusCode.OK);
        (await server.QueryAsync<long>("select count(*) from sessions")).ShouldBe(1);
    }

    [Fact]
    public async Task A_token_that_comes_back_later_ends_the_session_at_once_and_is_audited()
    {
        await using var server = await AuthServer.StartAsync();
        var login = await server.Http.RegisterAsync("rosa");
        var second = await server.Http.RefreshAsync(login.RefreshToken);
        var third = await server.Http.RefreshAsync(second.RefreshToken);
        server.Clock.Advance(TimeSpan.FromSeconds(31));

        (await server.Http.RefreshAsync(login.RefreshToken)).ShouldBe(HttpStatusCode.Unauthorized, "unauthorized");

        (await server.Http.RefreshAsync(third.RefreshToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await server.Http.GetAsync("/api/account/me", third.AccessToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (
            await server.QueryAsync<long>("select count(*) from audit_log where action = 'refresh_token_reused'")
        ).ShouldBe(1);
    }

    [Fact]
    public async Task A_session_ends_when_it_is_not_used_and_at_its_absolute_end()
    {
        await using var server = await AuthServer.StartAsync(o =>
            o with
            {
                Sessions = o.Sessions with { Lifetime = TimeSpan.FromDays(40) },
            }
        );
        var idle = await server.Http.RegisterAsync("rosa");
        var used = await server.Http.LoginAsync("rosa");
        server.Clock.Advance(TimeSpan.FromDays(29));
        used = await server.Http.RefreshAsync(used.RefreshToken);
        server.Clock.Advance(TimeSpan.FromDays(2));

        (await server.Http.RefreshAsync(idle.RefreshToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        used = await server.Http.RefreshAsync(used.RefreshToken);
        used.Status.ShouldBe(HttpStatusCode.OK);
        server.Clock.Advance(TimeSpan.FromDays(10));
        (await server.Http.RefreshAsync(used.RefreshToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not hex")]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000ff")]
    public async Task A_token_that_nobody_has_is_refused(string token)
    {
        await using var server = await AuthServer.StartAsync();

        (await server.Http.RefreshAsync(token)).ShouldBe(HttpStatusCode.Unauthorized, "unauthorized");
        (await server.Http.SendAsync("POST", "/api/auth/logout", Refresh(token))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Logout_ends_its_session_alone()
    {
        await using var server = await AuthServer.StartAsync();
        var phone = await server.Http.RegisterAsync("rosa");
        var desktop = await server.Http.LoginAsync("rosa");

        var answer = await server.Http.SendAsync("POST", "/api/auth/logout", Refresh(phone.RefreshToken));

        (answer.Status, answer.Json).ShouldBe((HttpStatusCode.OK, null));
        (await server.Http.RefreshAsync(phone.RefreshToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await server.Http.GetAsync("/api/account/me", phone.AccessToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await server.Http.GetAsync("/api/account/me", desktop.AccessToken)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Revoking_a_session_ends_its_tokens_at_once_in_every_process()
    {
        await using var server = await AuthServer.StartAsync();
        await using var sibling = await server.StartSiblingAsync();
        var lost = await server.Http.RegisterAsync("rosa");
        var kept = await server.Http.LoginAsync("rosa");
        (await sibling.Http.GetAsync("/api/account/me", lost.AccessToken)).Status.ShouldBe(HttpStatusCode.OK);
        var ended = new TaskCompletionSource<SessionRevocation>();
        sibling.Services.GetRequiredService<SessionRevocations>().Revoked += ended.SetResult;
        var sessions = (await server.Http.GetAsync("/api/account/sessions", kept.AccessToken)).Json!.AsArray();
        var id = sessions.Single(session => !session!["is_current"]!.GetValue<bool>())!["id"]!.GetValue<string>();

        (await server.Http.SendAsync("DELETE", $"/api/account/sessions/{id}", token: kept.AccessToken)).Status.ShouldBe(
            HttpStatusCode.OK
        );

        (await server.Http.GetAsync("/api/account/me", lost.AccessToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await ended.Task.WaitAsync(TimeSpan.FromSeconds(10))).SessionId.ShouldBe(Guid.Parse(id));
        (await sibling.Http.GetAsync("/api/account/me", lost.AccessToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await sibling.Http.GetAsync("/api/account/me", kept.AccessToken)).Status.ShouldBe(HttpStatusCode.OK);
        (await server.Http.SendAsync("DELETE", $"/api/account/sessions/{id}", token: kept.AccessToken)).ShouldBe(
            HttpStatusCode.NotFound,
            "session not found"
        );
    }

    [Fact]
    public async Task Somebody_elses_session_is_not_found()
    {
        await using var server = await AuthServer.StartAsync();
        var rosa = await server.Http.RegisterAsync("rosa");
        var lena = await server.Http.RegisterAsync("lena");
        var sessions = (await server.Http.GetAsync("/api/account/sessions", rosa.AccessToken)).Json!.AsArray();
        var path = $"/api/account/sessions/{sessions[0]!["id"]}";

        (await server.Http.SendAsync("DELETE", path, token: lena.AccessToken)).ShouldBe(
            HttpStatusCode.NotFound,
            "session not found"
        );
        (await server.Http.GetAsync("/api/account/me", rosa.AccessToken)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Logout_all_ends_every_session_of_the_caller_in_every_process()
    {
        await using var server = await AuthServer.StartAsync();
        await using var sibling = await server.StartSiblingAsync();
        var first = await server.Http.RegisterAsync("rosa");
        var second = await server.Http.LoginAsync("rosa");
        var other = await server.Http.RegisterAsync("lena");
        await sibling.Http.GetAsync("/api/account/me", first.AccessToken);
        var ended = new TaskCompletionSource<SessionRevocation>();
        sibling.Services.GetRequiredService<SessionRevocations>().Revoked += ended.SetResult;

        var answer = await server.Http.SendAsync(
            "POST",
            "/api/account/logout-all",
            new JsonObject(),
            first.AccessToken
        );

        answer.Json!.ToJsonString().ShouldBe("""{"revoked_count":2}""");
        foreach (var login in new[] { first, second })
        {
            (await server.Http.RefreshAsync(login.RefreshToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);
            (await server.Http.GetAsync("/api/account/me", login.AccessToken)).Status.ShouldBe(
                HttpStatusCode.Unauthorized
            );
        }
        (await ended.Task.WaitAsync(TimeSpan.FromSeconds(10))).SessionId.ShouldBeNull();
        (await sibling.Http.GetAsync("/api/account/me", first.AccessToken)).Status.ShouldBe(
            HttpStatusCode.Unauthorized
        );
        (await server.Http.GetAsync("/api/account/me", other.AccessToken)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_new_password_ends_all_sessions_and_is_the_only_one_that_works()
    {
        await using var server = await AuthServer.StartAsync();
        var login = await server.Http.RegisterAsync("rosa");

        (await ChangeAsync(server, login, "wrong", "Green-Kettle-43")).ShouldBe(
            HttpStatusCode.BadRequest,
            "current password is incorrect"
        );
        (await ChangeAsync(server, login, Calls.Password, "weak")).ShouldBe(
            HttpStatusCode.BadRequest,
            "password must be at least 8 characters"
        );
        (await ChangeAsync(server, login, Calls.Password, Calls.Password)).ShouldBe(
            HttpStatusCode.BadRequest,
            "new password must be different from the current password"
        );
        (await ChangeAsync(server, login, Calls.Password, "Green-Kettle-43")).Status.ShouldBe(HttpStatusCode.OK);

        (await server.Http.GetAsync("/api/account/me", login.AccessToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await server.Http.RefreshAsync(login.RefreshToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await server.Http.LoginAsync("rosa")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        var again = await server.Http.LoginAsync("rosa", "Green-Kettle-43");
        (await server.Http.GetAsync("/api/account/me", again.AccessToken)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_suspended_or_deleted_account_is_out_as_soon_as_processes_are_told()
    {
        await using var server = await AuthServer.StartAsync();
        var rosa = await server.Http.RegisterAsync("rosa");
        (await server.Http.GetAsync("/api/account/me", rosa.AccessToken)).Status.ShouldBe(HttpStatusCode.OK);
        var told = new TaskCompletionSource();
        server.Services.GetRequiredService<SessionRevocations>().Revoked += _ => told.TrySetResult();
        var id = rosa.Json!["user"]!["id"]!.GetValue<string>();

        await server.ExecuteAsync(
            $$"""
            update mt_doc_user set data = data || '{"suspended_at":"2031-01-01T00:00:00.000000+00:00"}';
            select pg_notify('accounts_changed', '{{id}}');
            select pg_notify('sessions_revoked', '{{id}}');
            """
        );
        await told.Task.WaitAsync(TimeSpan.FromSeconds(10));

        (await server.Http.GetAsync("/api/account/me", rosa.AccessToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await server.Http.RefreshAsync(rosa.RefreshToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        await server.ExecuteAsync("delete from mt_doc_user");
        (await server.Http.RefreshAsync(rosa.RefreshToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer  {0}")]
    [InlineData("bearer {0}")]
    [InlineData("Basic {0}")]
    [InlineData("{0}")]
    public async Task Anything_but_one_bearer_token_is_unauthorized_in_the_error_body(string? header)
    {
        await using var server = await AuthServer.StartAsync();
        var login = await server.Http.RegisterAsync("rosa");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/account/me");
        if (header is not null)
            request.Headers.TryAddWithoutValidation(
                "Authorization",
                header.Replace("{0}", login.AccessToken, StringComparison.Ordinal)
            );

        using var response = await server.Http.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!;
        error["code"]!.GetValue<string>().ShouldBe("unauthorized");
        error["message"]!.GetValue<string>().ShouldBe("unauthorized");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    private static JsonObject Refresh(string token) => new() { ["refresh_token"] = token };

    private static Task<Answer> ChangeAsync(TestServer server, Answer login, string current, string next) =>
        server.Http.SendAsync(
            "PUT",
            "/api/account/password",
            new JsonObject { ["current_password"] = current, ["new_password"] = next },
            login.AccessToken
        );
}
