using System.Net;
using System.Text.Json.Nodes;
using Chatalot.Integration.Tests.Auth;
using Chatalot.Integration.Tests.Infrastructure;
using Answer = Chatalot.Integration.Tests.Auth.Answer;

namespace Chatalot.Integration.Tests.ExternalLogins;

public sealed class ExternalLoginTests : IAsyncLifetime
{
    private SmallProvider provider = null!;
    private TestServer server = null!;
    private HttpClient browser = null!;

    public async Task InitializeAsync()
    {
        provider = await SmallProvider.StartAsync();
        server = await TestServer.StartAsync(
            set: new()
            {
                ["PUBLIC_URL"] = "https://chat.example",
                ["OIDC_ISSUER"] = provider.Issuer,
                ["OIDC_CLIENT_ID"] = SmallProvider.ClientId,
                ["OIDC_CLIENT_SECRET"] = SmallProvider.ClientSecret,
            }
        );
        browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false })
        {
            BaseAddress = server.Http.BaseAddress,
        };
    }

    public async Task DisposeAsync()
    {
        browser.Dispose();
        await server.DisposeAsync();
        await provider.DisposeAsync();
    }

    [Fact]
    public async Task From_a_link_by_its_owner_to_a_login_without_a_password()
    {
        var rosa = await server.Http.RegisterAsync("rosa");
        var config = await server.Http.GetAsync("/api/auth/config", token: null);
        config.Json!["oidc_name"]!.GetValue<string>().ShouldBe("Single sign-on");

        var linked = await LinkAsync(rosa);

        linked.Json!["email"]!.GetValue<string>().ShouldBe("rosa@provider.example");
        var list = await server.Http.GetAsync("/api/account/identities", rosa.AccessToken);
        list.Json!.AsArray().Single()!["id"]!.ToJsonString().ShouldBe(linked.Json["id"]!.ToJsonString());
        var login = await LoginAsync();
        login.Status.ShouldBe(HttpStatusCode.OK);
        login.Json!["user"]!["username"]!.GetValue<string>().ShouldBe("rosa");
        (await server.Http.GetAsync("/api/account/me", login.AccessToken)).Status.ShouldBe(HttpStatusCode.OK);

        var path = $"/api/account/identities/{linked.Json["id"]}";
        (await server.Http.SendAsync("DELETE", path, token: rosa.AccessToken)).Status.ShouldBe(HttpStatusCode.OK);
        (await server.Http.SendAsync("DELETE", path, token: rosa.AccessToken)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await LoginAsync()).Status.ShouldBe(HttpStatusCode.NotFound);
        (await server.QueryAsync<string>("select string_agg(action, ' ' order by id) from audit_log")).ShouldBe(
            "register identity_linked login identity_unlinked"
        );
    }

    [Fact]
    public async Task A_link_does_not_come_or_go_unseen_by_the_owner_of_the_account()
    {
        var rosa = await server.Http.RegisterAsync("rosa");
        await using var phone = await TestSocket.OpenAsync(server.Http.BaseAddress!);
        await phone.SendAsync(new { type = "authenticate", token = rosa.AccessToken });
        await phone.DrainAsync();

        var linked = await LinkAsync(rosa);
        await ShouldHearAsync("identity_linked");
        var path = $"/api/account/identities/{linked.Json!["id"]}";
        (await server.Http.SendAsync("DELETE", path, token: rosa.AccessToken)).Status.ShouldBe(HttpStatusCode.OK);
        await ShouldHearAsync("identity_unlinked");

        async Task ShouldHearAsync(string what)
        {
            var told = await phone.NextAsync("account_security");
            told.GetProperty("event").GetString().ShouldBe(what);
            told.GetProperty("ip_address").GetString().ShouldBe("127.0.0.1");
        }
    }

    [Fact]
    public async Task Nobody_is_let_in_who_has_not_linked_and_one_identity_belongs_to_one_account()
    {
        var rosa = await server.Http.RegisterAsync("rosa");
        var lena = await server.Http.RegisterAsync("lena");
        (await LoginAsync()).Status.ShouldBe(HttpStatusCode.NotFound, "the same email is no link");
        await LinkAsync(rosa);

        (await LinkAsync(lena)).ShouldBe(HttpStatusCode.Conflict, "this identity is linked already");
        provider.Subject = "subject-2";
        (await LoginAsync()).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_sign_in_is_ended_once_and_only_by_the_client_that_began_it()
    {
        await LinkAsync(await server.Http.RegisterAsync("rosa"));
        var lena = await server.Http.RegisterAsync("lena");
        var start = await StartAsync();
        var stranger = await StartAsync();
        await ReturnAsync(start);

        (await CompleteAsync(Flow(start), Handoff(stranger))).ShouldBe(
            HttpStatusCode.BadRequest,
            "this sign-in is not valid or has expired"
        );
        (await CompleteAsync(Flow(stranger), Handoff(stranger))).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await LinkEndAsync(lena, start)).Status.ShouldBe(HttpStatusCode.BadRequest, "a login is no link");
        var both = await Task.WhenAll(
            CompleteAsync(Flow(start), Handoff(start)),
            CompleteAsync(Flow(start), Handoff(start))
        );
        both.Count(answer => answer.Status == HttpStatusCode.OK).ShouldBe(1);
    }

    [Fact]
    public async Task A_sign_in_expires()
    {
        await LinkAsync(await server.Http.RegisterAsync("rosa"));
        var start = await StartAsync();
        await ReturnAsync(start);
        server.Clock.Advance(TimeSpan.FromMinutes(11));

        (await CompleteAsync(Flow(start), Handoff(start))).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("aud", "somebody-else")]
    [InlineData("iss", "https://evil.example")]
    [InlineData("nonce", "another")]
    [InlineData("sub", "")]
    [InlineData("exp", 1_000_000_000L)]
    public async Task A_token_that_does_not_hold_lets_nobody_in(string claim, object value)
    {
        await LinkAsync(await server.Http.RegisterAsync("rosa"));
        provider.Spoil = claims => claims[claim] = value;
        var start = await StartAsync();

        (await ReturnAsync(start)).ShouldBe("https://chat.example/?sign_in_error=refused");

        (await CompleteAsync(Flow(start), Handoff(start))).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Codes_and_states_that_nobody_gave_out_are_refused_and_a_code_is_asked_for_once()
    {
        var start = await StartAsync();
        var path = provider.Authorize(start.Json!["authorization_url"]!.GetValue<string>());

        foreach (
            var wrong in new[]
            {
                "?code=x&state=y",
                "?state=y",
                "?error=access_denied",
                "",
                $"?code=x&state={new string('a', 5000)}",
            }
        )
            (await FollowAsync("/api/auth/oidc/callback" + wrong)).ShouldBe(
                "https://chat.example/?sign_in_error=refused"
            );
        (await FollowAsync(path)).ShouldStartWith("https://chat.example/?sign_in=");
        (await FollowAsync(path)).ShouldBe("https://chat.example/?sign_in_error=refused");
    }

    [Fact]
    public async Task Suspended_accounts_stay_out_and_a_link_needs_a_recent_login_or_the_password()
    {
        var rosa = await server.Http.RegisterAsync("rosa");
        await LinkAsync(rosa);
        server.Clock.Advance(TimeSpan.FromMinutes(16));
        rosa = await server.Http.RefreshAsync(rosa.RefreshToken);
        const string start = "/api/account/identities/start";
        (await server.Http.SendAsync("POST", start, new JsonObject(), rosa.AccessToken)).ShouldBe(
            HttpStatusCode.BadRequest,
            "please log in again before you link an account"
        );
        (
            await server.Http.SendAsync(
                "POST",
                start,
                new JsonObject { ["password"] = Calls.Password },
                rosa.AccessToken
            )
        ).Status.ShouldBe(HttpStatusCode.OK);

        await server.ExecuteAsync(
            "update mt_doc_user set data = data || '{\"suspended_at\":\"2031-01-01T00:00:00.000000+00:00\"}'"
        );

        (await LoginAsync()).ShouldBe(HttpStatusCode.BadRequest, "account is suspended");
    }

    [Fact]
    public async Task Without_a_provider_every_route_says_so()
    {
        await using var plain = await AuthServer.StartAsync();

        (await plain.Http.SendAsync("POST", "/api/auth/oidc/start", new JsonObject())).Status.ShouldBe(
            HttpStatusCode.NotFound
        );
        (await plain.Http.GetAsync("/api/auth/config", token: null))
            .Json!.AsObject()
            .ContainsKey("oidc_name")
            .ShouldBeFalse();
    }

    private static string Flow(Answer start) => start.Json!["flow"]!.GetValue<string>();

    private static string Handoff(Answer start) => start.Json!["handoff"]!.GetValue<string>();

    private Task<Answer> StartAsync() => server.Http.SendAsync("POST", "/api/auth/oidc/start", new JsonObject());

    /// <summary>The browser's part: to the provider and back; the result is where it ends up.</summary>
    private Task<string?> ReturnAsync(Answer start) =>
        FollowAsync(provider.Authorize(start.Json!["authorization_url"]!.GetValue<string>()));

    private async Task<string?> FollowAsync(string path)
    {
        using var answer = await browser.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        return answer.Headers.Location?.ToString();
    }

    private async Task<Answer> LoginAsync()
    {
        var start = await StartAsync();
        await ReturnAsync(start);
        return await CompleteAsync(Flow(start), Handoff(start));
    }

    private Task<Answer> CompleteAsync(string flow, string handoff) =>
        server.Http.SendAsync(
            "POST",
            "/api/auth/oidc/complete",
            new JsonObject { ["flow"] = flow, ["handoff"] = handoff }
        );

    private async Task<Answer> LinkAsync(Answer login)
    {
        var start = await server.Http.SendAsync(
            "POST",
            "/api/account/identities/start",
            new JsonObject(),
            login.AccessToken
        );
        await ReturnAsync(start);
        return await LinkEndAsync(login, start);
    }

    private Task<Answer> LinkEndAsync(Answer login, Answer start) =>
        server.Http.SendAsync(
            "POST",
            "/api/account/identities",
            new JsonObject { ["flow"] = Flow(start), ["handoff"] = Handoff(start) },
            login.AccessToken
        );
}
