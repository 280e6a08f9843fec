using System.Net;
using System.Text.Json.Nodes;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Auth;

public sealed class RecoveryTests
{
    private const string NewPassword = "Green-Kettle-43";

    [Fact]
    public async Task The_code_gives_a_new_password_once_and_ends_all_logins()
    {
        await using var server = await AuthServer.StartAsync();
        var rosa = await server.Http.RegisterAsync("Rosa");
        var code = rosa.Json!["recovery_code"]!.GetValue<string>();

        var answer = await RecoverAsync(server, "rOSA", code);

        answer.Json!.AsObject().Select(member => member.Key).ShouldBe(["recovery_code"]);
        var next = answer.Json["recovery_code"]!.GetValue<string>();
        next.Length.ShouldBe(19);
        (await server.Http.GetAsync("/api/account/me", rosa.AccessToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await server.Http.RefreshAsync(rosa.RefreshToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await server.Http.LoginAsync("rosa")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await server.Http.LoginAsync("rosa", NewPassword)).Status.ShouldBe(HttpStatusCode.OK);
        (await RecoverAsync(server, "rosa", code)).ShouldBe(
            HttpStatusCode.BadRequest,
            "invalid username or recovery code"
        );
        (await RecoverAsync(server, "rosa", next)).Status.ShouldBe(HttpStatusCode.OK);
        (await server.QueryAsync<long>("select count(*) from audit_log where action = 'account_recovered'")).ShouldBe(
            2
        );
    }

    [Fact]
    public async Task A_weak_password_does_not_use_the_code_up()
    {
        await using var server = await AuthServer.StartAsync();
        var code = (await server.Http.RegisterAsync("rosa")).Json!["recovery_code"]!.GetValue<string>();

        (await RecoverAsync(server, "rosa", code, "weak")).ShouldBe(
            HttpStatusCode.BadRequest,
            "password must be at least 8 characters"
        );
        (await RecoverAsync(server, "rosa", code)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task One_code_presented_many_times_at_once_works_once()
    {
        await using var server = await AuthServer.StartAsync();
        var code = (await server.Http.RegisterAsync("rosa")).Json!["recovery_code"]!.GetValue<string>();

        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => RecoverAsync(server, "rosa", code)));

        all.Count(answer => answer.Status == HttpStatusCode.OK).ShouldBe(1);
    }

    [Theory]
    [InlineData("a-name-that-is-longer-than-any-username", "AAAA-BBBB-CCCC-DDDD")]
    [InlineData("rosa", "")]
    [InlineData("rosa", "AAAA-BBBB-CCCC-DDD")]
    [InlineData("rosa", "AAAABBBBCCCCDDDDEEEE")]
    public async Task What_cannot_be_right_is_told_so_and_not_counted(string name, string code)
    {
        await using var server = await AuthServer.StartAsync();

        (await RecoverAsync(server, name, code)).ShouldBe(HttpStatusCode.BadRequest, "invalid request");

        (await server.QueryAsync<long>("select count(*) from login_failures")).ShouldBe(0);
    }

    [Theory]
    [InlineData("rosa")]
    [InlineData("nobody")]
    [InlineData("suspended")]
    public async Task Ten_wrong_codes_lock_recovery_for_that_network_and_nothing_else(string name)
    {
        await using var server = await AuthServer.StartAsync();
        var codes = new Dictionary<string, string>();
        foreach (var user in new[] { "rosa", "suspended" })
            codes[user] = (await server.Http.RegisterAsync(user)).Json!["recovery_code"]!.GetValue<string>();
        await server.ExecuteAsync(
            """
            update mt_doc_user set data = data || '{"suspended_at":"2031-01-01T00:00:00.000000+00:00"}'
            where username_key = 'suspended'
            """
        );
        var wrong = name == "suspended" ? codes[name] : "AAAA-BBBB-CCCC-DDDD";
        for (var i = 0; i < 10; i++)
            (await RecoverAsync(server, name, wrong)).ShouldBe(
                HttpStatusCode.BadRequest,
                "invalid username or recovery code"
            );

        (await RecoverAsync(server, name, wrong)).Message!.ShouldMatch(
            @"^too many attempts — try again in (89\d|900) seconds$"
        );
        (await server.Http.LoginAsync("rosa")).Status.ShouldBe(HttpStatusCode.OK);
        (await RecoverAsync(server, "rosa", codes["rosa"], from: "203.0.113.10")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_new_code_needs_a_recent_login_or_the_password()
    {
        await using var server = await AuthServer.StartAsync();
        var rosa = await server.Http.RegisterAsync("rosa");
        var fresh = (await RegenerateAsync(server, rosa, new JsonObject())).Json!["recovery_code"]!.GetValue<string>();
        server.Clock.Advance(TimeSpan.FromMinutes(16));
        rosa = await server.Http.RefreshAsync(rosa.RefreshToken);

        (await RegenerateAsync(server, rosa, new JsonObject())).ShouldBe(
            HttpStatusCode.BadRequest,
            "please log in again before you create a new recovery code"
        );
        (await RegenerateAsync(server, rosa, new JsonObject { ["password"] = "wrong" })).ShouldBe(
            HttpStatusCode.BadRequest,
            "password is incorrect"
        );
        var newest = await RegenerateAsync(server, rosa, new JsonObject { ["password"] = Calls.Password });

        newest.Status.ShouldBe(HttpStatusCode.OK);
        (await RecoverAsync(server, "rosa", fresh)).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await RecoverAsync(server, "rosa", newest.Json!["recovery_code"]!.GetValue<string>())).Status.ShouldBe(
            HttpStatusCode.OK
        );
    }

    /// <summary>Whoever holds a stolen login must not win the race against its owner, who locks them out.</summary>
    [Theory]
    [InlineData(true, HttpStatusCode.Unauthorized)]
    [InlineData(false, HttpStatusCode.BadRequest)]
    public async Task Given_a_password_that_is_being_changed_Then_the_old_login_gets_no_new_code(
        bool withPassword,
        HttpStatusCode status
    )
    {
        await using var server = await AuthServer.StartAsync();
        var rosa = await server.Http.RegisterAsync("rosa");
        var before = await CodeHashAsync();
        await using var change = await HeldTransaction.BeginAsync(
            server.Database.DataSource,
            """
            update mt_doc_user set data = data || '{"password_hash": "another"}', mt_version = gen_random_uuid();
            update sessions set revoked_at = now();
            """
        );

        var answer = await change.CommitUnderAsync(() =>
            RegenerateAsync(
                server,
                rosa,
                withPassword ? new JsonObject { ["password"] = Calls.Password } : new JsonObject()
            )
        );

        answer.Status.ShouldBe(status);
        (await CodeHashAsync()).ShouldBe(before);

        Task<string> CodeHashAsync() =>
            server.QueryAsync<string>("select data ->> 'recovery_code_hash' from mt_doc_user");
    }

    [Fact]
    public async Task A_new_code_is_also_made_without_a_body()
    {
        await using var server = await AuthServer.StartAsync();
        var rosa = await server.Http.RegisterAsync("rosa");

        (await RegenerateAsync(server, rosa, null)).Status.ShouldBe(HttpStatusCode.OK);
    }

    private static Task<Answer> RegenerateAsync(TestServer server, Answer login, JsonObject? body) =>
        server.Http.SendAsync("POST", "/api/account/regenerate-recovery-code", body, login.AccessToken);

    private static Task<Answer> RecoverAsync(
        TestServer server,
        string name,
        string code,
        string password = NewPassword,
        string? from = null
    ) =>
        server.Http.SendAsync(
            "POST",
            "/api/auth/recover",
            new JsonObject
            {
                ["username"] = name,
                ["recovery_code"] = code,
                ["new_password"] = password,
            },
            from: from
        );
}
