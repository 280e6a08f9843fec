using System.Net;
using Chatalot.Features.Administration;
using Chatalot.Integration.Tests.Auth;
using Chatalot.Integration.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Administration;

/// <summary>The way back in from the shell of the machine.</summary>
public sealed class ShellAccessTests
{
    [Fact]
    public async Task Given_a_forgotten_password_When_the_shell_resets_it_Then_the_new_one_works_and_old_logins_end()
    {
        await using var server = await TestServer.StartAsync();
        await server.Http.RegisterAsync("rosa");
        var login = await server.Http.LoginAsync("rosa");
        var shell = server.Services.GetRequiredService<ShellAccess>();

        var password = await shell.ResetPasswordAsync("ROSA", default);

        (await server.Http.LoginAsync("rosa", password!)).Status.ShouldBe(HttpStatusCode.OK);
        (await server.Http.LoginAsync("rosa")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        await Eventually.HoldsAsync(
            async () =>
                (await server.Http.GetAsync("/api/account/me", login.AccessToken)).Status
                == HttpStatusCode.Unauthorized,
            "the old login has ended"
        );
        (await shell.ResetPasswordAsync("nobody", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Given_an_instance_without_admins_When_the_shell_grants_the_role_Then_it_holds_at_once()
    {
        await using var server = await TestServer.StartAsync();
        var bob = await server.AddPersonAsync("bob");
        (await bob.GetAsync("/admin/jobs")).Status.ShouldBe(403);

        (await server.Services.GetRequiredService<ShellAccess>().GrantAdminAsync("bob", default)).ShouldBeTrue();

        await Eventually.HoldsAsync(async () => (await bob.GetAsync("/admin/jobs")).Status == 200, "bob is admin");
        (
            await server.QueryAsync<string>("select ip_address from audit_log where action = 'admin_grant_admin'")
        ).ShouldBe("shell");
    }
}
