using Chatalot.Features.Auth;
using Chatalot.Integration.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatalot.Integration.Tests.Auth;

/// <summary>
/// What operators read of logins: reasons at DEBUG, promotions at INFO, lockouts at WARN; nothing secret.
/// </summary>
public sealed class AuthLogTests
{
    [Fact]
    public async Task G32_Each_refused_login_and_token_is_one_DEBUG_line_with_its_reason()
    {
        var (logins, tokens) = (new LogLines<Login>(), new LogLines<Authenticator>());
        await using var server = await TestServer.StartAsync(adjust: services =>
            services.AddSingleton<ILogger<Login>>(logins).AddSingleton<ILogger<Authenticator>>(tokens)
        );
        var rosa = await server.Http.RegisterAsync("rosa");
        var id = rosa.Json!["user"]!["id"]!.GetValue<string>();

        await server.Http.LoginAsync("rosa", "Wrong-Kettle-42");
        await server.Http.LoginAsync("nobody", "Wrong-Kettle-42");
        await server.Http.GetAsync("/api/account/me", "garbage");
        await server.Http.GetAsync("/api/account/me", rosa.AccessToken[..^4] + "AAAA");
        server.Clock.Advance(TimeSpan.FromMinutes(17));
        await server.Http.GetAsync("/api/account/me", rosa.AccessToken);
        await server.ExecuteAsync(
            "update mt_doc_user set data = data || '{\"suspended_at\":\"2031-01-01T00:00:00.000000+00:00\"}'"
        );
        await server.Http.LoginAsync("rosa");

        logins.All.ShouldBe([
            $"Debug: Login refused: WrongPassword, user {id}",
            "Debug: Login refused: UnknownUser, user (null)",
            $"Debug: Login refused: Suspended, user {id}",
        ]);
        tokens.All.ShouldBe([
            "Debug: Access token refused: Malformed, user (null)",
            "Debug: Access token refused: BadSignature, user (null)",
            "Debug: Access token refused: Expired, user (null)",
        ]);
    }

    [Fact]
    public async Task Given_many_refused_logins_Then_each_kind_has_one_INFO_line_a_minute_with_their_number()
    {
        var lines = new LogLines<RefusedLogins>();
        await using var server = await TestServer.StartAsync(adjust: services =>
            services.AddSingleton<ILogger<RefusedLogins>>(lines)
        );
        await server.Http.RegisterAsync("rosa");

        for (var minute = 0; minute < 2; minute++)
        {
            foreach (var name in new[] { "rosa", "rosa", "nobody" })
                await server.Http.LoginAsync(name, "Wrong-Kettle-42");
            server.Clock.Advance(TimeSpan.FromMinutes(2));
        }

        lines.All.ShouldBe([
            "Information: Logins refused for WrongPassword: 1 since the last line about it",
            "Information: Logins refused for UnknownUser: 1 since the last line about it",
            "Information: Logins refused for WrongPassword: 2 since the last line about it",
            "Information: Logins refused for UnknownUser: 1 since the last line about it",
        ]);
    }

    [Fact]
    public async Task A_lockout_is_one_WARN_line_for_accounts_that_exist()
    {
        var lines = new LogLines<FailureLog>();
        await using var server = await TestServer.StartAsync(adjust: services =>
            services.AddSingleton<ILogger<FailureLog>>(lines)
        );
        await server.Http.RegisterAsync("Rosa");
        foreach (var name in new[] { "rosa", "my-secret-password" })
            for (var i = 0; i < 12; i++)
                await server.Http.LoginAsync(name, "Wrong-Kettle-42");

        lines.All.ShouldBe(["Warning: Account 'Rosa' locked out after 10 failed attempts"]);
    }

    [Fact]
    public async Task G37_The_account_that_the_operator_names_becomes_admin_once_while_there_is_none()
    {
        var lines = new LogLines<AdminBootstrap>();
        var registrations = new LogLines<Register>();
        await using var server = await TestServer.StartAsync(
            set: new() { ["ADMIN_USERNAME"] = "ROSA", ["REGISTRATION_MODE"] = "invite_only" },
            adjust: services =>
                services.AddSingleton<ILogger<AdminBootstrap>>(lines).AddSingleton<ILogger<Register>>(registrations)
        );
        await server.Http.RegisterAsync("rosa");
        await server.ExecuteAsync("""update mt_doc_user set data = data || '{"is_admin":false,"is_owner":false}'""");

        await using (await server.StartSiblingAsync())
            (await server.QueryAsync<bool>("select (data ->> 'is_admin')::boolean from mt_doc_user")).ShouldBeTrue();
        await using (await server.StartSiblingAsync()) { }

        registrations.All.ShouldBe([
            "Information: First-user bootstrap: skipping invite requirement",
            "Information: Granted admin and owner to user 'rosa' (first account of this instance)",
        ]);
        lines.All.ShouldBe([
            "Debug: User 'ROSA' does not exist yet, skipping admin seed",
            "Information: Granted admin to user 'rosa' (first-run bootstrap)",
            "Debug: Admin users already exist, skipping ADMIN_USERNAME seed",
        ]);
        (await server.Http.LoginAsync("rosa")).Json!["user"]!["is_admin"]!.GetValue<bool>().ShouldBeTrue();
    }
}
