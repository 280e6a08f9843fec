using System.Net;
using System.Text.Json.Nodes;
using Chatalot.Features.Auth.TwoFactor;
using Chatalot.Integration.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Auth;

public sealed class TwoFactorTests
{
    [Fact]
    public async Task From_set_up_to_a_login_with_a_code()
    {
        await using var server = await AuthServer.StartAsync();
        var rosa = await server.Http.RegisterAsync("rosa");
        (await CallAsync(server, rosa, "verify", "123456")).ShouldBe(
            HttpStatusCode.BadRequest,
            "no TOTP secret configured, call /totp/setup first"
        );
        (await CallAsync(server, rosa, "disable", "123456")).ShouldBe(HttpStatusCode.BadRequest, "2FA is not enabled");

        var setup = await SetUpAsync(server, rosa);

        setup.Json!["otpauth_url"]!
            .GetValue<string>()
            .ShouldBe($"otpauth://totp/Chatalot:rosa?secret={setup.Json["secret"]}&issuer=Chatalot");
        setup.Json["qr_svg"]!.GetValue<string>().ShouldStartWith("<svg");
        (await server.Http.LoginAsync("rosa")).Status.ShouldBe(HttpStatusCode.OK);
        (await CallAsync(server, rosa, "verify", "abc")).ShouldBe(HttpStatusCode.BadRequest, "invalid TOTP code");
        var on = await CallAsync(server, rosa, "verify", Code(server, setup));
        on.Json!["enabled"]!.GetValue<bool>().ShouldBeTrue();
        on.Json["backup_codes"]!.AsArray().Count.ShouldBe(8);
        (await SetUpAsync(server, rosa)).ShouldBe(HttpStatusCode.Conflict, "2FA is already enabled");
        (await CallAsync(server, rosa, "verify", Code(server, setup))).ShouldBe(
            HttpStatusCode.Conflict,
            "2FA is already enabled"
        );
        (await server.Http.LoginAsync("rosa")).ShouldBe(HttpStatusCode.BadRequest, "2FA code required");
        (await LoginAsync(server, "")).ShouldBe(HttpStatusCode.Unauthorized, "unauthorized");
        (await LoginAsync(server, Code(server, setup))).Status.ShouldBe(HttpStatusCode.OK);
        (await LoginAsync(server, Code(server, setup))).Status.ShouldBe(HttpStatusCode.Unauthorized, "used up");
        (await server.QueryAsync<string>("select string_agg(action, ' ' order by id) from audit_log")).ShouldBe(
            "register login totp_failed totp_enabled login_failed_2fa login login_failed_2fa"
        );
    }

    [Fact]
    public async Task Backup_codes_let_in_once_each_in_any_spelling_and_turn_it_off()
    {
        await using var server = await AuthServer.StartAsync();
        var (rosa, _, codes) = await EnableAsync(server);

        (
            await LoginAsync(server, codes[0].ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal))
        ).Status.ShouldBe(HttpStatusCode.OK);
        (
            await server.QueryAsync<string>("select string_agg(action, ' ' order by created_at desc) from audit_log")
        ).ShouldStartWith("login login_backup_code_used ");
        (await LoginAsync(server, codes[0])).Status.ShouldBe(HttpStatusCode.Unauthorized);

        var status = await server.Http.GetAsync("/api/totp/status", rosa.AccessToken);
        status.Json!.ToJsonString().ShouldBe("""{"enabled":true,"backup_codes_left":7}""");
        (await CallAsync(server, rosa, "disable", codes[1])).Json!.ToJsonString().ShouldBe("""{"enabled":false}""");
        (await server.Http.LoginAsync("rosa")).Status.ShouldBe(HttpStatusCode.OK);
        (
            await server.QueryAsync<long>("select count(*) from audit_log where action = 'login_backup_code_used'")
        ).ShouldBe(1);
    }

    [Fact]
    public async Task New_backup_codes_replace_the_old_ones()
    {
        await using var server = await AuthServer.StartAsync();
        var (rosa, setup, old) = await EnableAsync(server);

        (await CallAsync(server, rosa, "regenerate-backup-codes", old[0])).ShouldBe(
            HttpStatusCode.BadRequest,
            "invalid TOTP code"
        );
        var answer = await CallAsync(server, rosa, "regenerate-backup-codes", Code(server, setup));

        var codes = answer.Json!["backup_codes"]!.AsArray().Select(code => code!.GetValue<string>()).ToList();
        codes.Count.ShouldBe(8);
        (await LoginAsync(server, old[0])).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await LoginAsync(server, codes[0])).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task One_code_presented_many_times_at_once_lets_in_once()
    {
        await using var server = await AuthServer.StartAsync();
        var (_, setup, _) = await EnableAsync(server);
        var code = Code(server, setup);

        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => LoginAsync(server, code)));

        all.Count(answer => answer.Status == HttpStatusCode.OK).ShouldBe(1);
    }

    [Fact]
    public async Task Guesses_are_counted_over_login_and_the_endpoints_together()
    {
        await using var server = await AuthServer.StartAsync();
        var (rosa, setup, _) = await EnableAsync(server);
        for (var i = 0; i < 5; i++)
        {
            (await LoginAsync(server, "wrong")).Status.ShouldBe(HttpStatusCode.Unauthorized);
            (await CallAsync(server, rosa, "disable", "wrong")).ShouldBe(
                HttpStatusCode.BadRequest,
                "invalid TOTP code"
            );
        }

        var locked = await CallAsync(server, rosa, "disable", Code(server, setup));

        locked.Message!.ShouldStartWith("account temporarily locked, try again in ");
        (await LoginAsync(server, Code(server, setup))).Message.ShouldBe(locked.Message);
        server.Clock.Advance(TimeSpan.FromSeconds(901));
        (await LoginAsync(server, Code(server, setup))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Who_lost_everything_is_let_in_again_by_an_operator_above_them_and_told_of_it()
    {
        await using var server = await AuthServer.StartAsync();
        var owner = await server.Http.RegisterAsync("owner");
        var (rosa, _, _) = await EnableAsync(server);
        var id = rosa.Json!["user"]!["id"]!.GetValue<string>();
        await using var phone = await TestSocket.OpenAsync(server.Http.BaseAddress!);
        await phone.SendAsync(new { type = "authenticate", token = rosa.AccessToken });
        await phone.DrainAsync();

        (await ResetAsync(rosa, id)).ShouldBe(HttpStatusCode.Forbidden, "forbidden");
        (await ResetAsync(owner, owner.Json!["user"]!["id"]!.GetValue<string>())).ShouldBe(
            HttpStatusCode.BadRequest,
            "you cannot reset your own second factor here — use account settings"
        );
        (await ResetAsync(owner, $"{Guid.NewGuid()}")).ShouldBe(HttpStatusCode.NotFound, "user not found");
        (await ResetAsync(owner, id)).Status.ShouldBe(HttpStatusCode.OK);
        (await ResetAsync(owner, id)).ShouldBe(HttpStatusCode.NotFound, "2FA is not enabled");

        (await server.Http.LoginAsync("rosa")).Status.ShouldBe(HttpStatusCode.OK);
        var told = await phone.NextAsync("account_security");
        told.GetProperty("event").GetString().ShouldBe("second_factor_removed_by_operator");
        told.GetProperty("ip_address").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (
            await server.QueryAsync<string>(
                "select metadata ->> 'target_user_id' from audit_log where action = 'admin_reset_second_factor'"
            )
        ).ShouldBe(id);

        Task<Answer> ResetAsync(Answer login, string userId) =>
            server.Http.SendAsync(
                "DELETE",
                $"/api/admin/users/{userId}/second-factor",
                new JsonObject(),
                login.AccessToken
            );
    }

    [Fact]
    public async Task What_guards_an_account_does_not_change_unseen_by_its_owner()
    {
        await using var server = await AuthServer.StartAsync();
        var rosa = await server.Http.RegisterAsync("rosa");
        await using var phone = await TestSocket.OpenAsync(server.Http.BaseAddress!);
        await phone.SendAsync(new { type = "authenticate", token = rosa.AccessToken });
        await phone.DrainAsync();

        var setup = await SetUpAsync(server, rosa);
        await CallAsync(server, rosa, "verify", "000000");
        await CallAsync(server, rosa, "verify", Code(server, setup));
        await ShouldHearAsync("second_factor_enabled");
        await CallAsync(server, rosa, "regenerate-backup-codes", Code(server, setup));
        await ShouldHearAsync("backup_codes_replaced");
        server.Clock.Advance(TimeSpan.FromSeconds(30));
        await CallAsync(server, rosa, "disable", Code(server, setup));
        await ShouldHearAsync("second_factor_disabled");
        await server.Http.SendAsync(
            "POST",
            "/api/account/regenerate-recovery-code",
            new JsonObject { ["password"] = Calls.Password },
            rosa.AccessToken
        );
        await ShouldHearAsync("recovery_code_replaced");

        async Task ShouldHearAsync(string change)
        {
            var told = await phone.NextAsync("account_security");
            told.GetProperty("event").GetString().ShouldBe(change);
            told.GetProperty("ip_address").GetString().ShouldBe("127.0.0.1");
        }
    }

    [Fact]
    public async Task A_secret_of_an_existing_installation_works_and_is_bound_to_its_user_at_the_first_use()
    {
        await using var server = await AuthServer.StartAsync();
        var (_, setup, _) = await EnableAsync(server);
        var key = server.Services.GetRequiredService<SecondFactorKey>();
        var userId = await server.QueryAsync<Guid>("select user_id from second_factors");
        var bound = await server.QueryAsync<byte[]>("select secret from second_factors");
        await server.ExecuteAsync(
            $"update second_factors set secret = '\\x{Convert.ToHexString(FirstFormat(server, key.Open(userId, bound)))}'"
        );

        (await LoginAsync(server, Code(server, setup))).Status.ShouldBe(HttpStatusCode.OK);

        (await server.QueryAsync<int>("select length(secret) from second_factors")).ShouldBe(bound.Length);
    }

    [Fact]
    public async Task A_server_whose_key_everybody_knows_enrols_nobody()
    {
        await using var server = await TestServer.StartAsync(
            set: new() { ["TOTP_ENCRYPTION_KEY"] = "CHANGE_ME_generate_with_openssl_rand_hex_32" }
        );
        var rosa = await server.Http.RegisterAsync("rosa");

        (await SetUpAsync(server, rosa)).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static byte[] FirstFormat(TestServer server, byte[] secret)
    {
        var text = File.ReadAllText(Path.Combine(server.Folder, "secrets", "totp_encryption.key")).Trim();
        var blob = new byte[48];
        using var cipher = new System.Security.Cryptography.ChaCha20Poly1305(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))
        );
        cipher.Encrypt(blob.AsSpan(0, 12), secret, blob.AsSpan(12, 20), blob.AsSpan(32, 16));
        return blob;
    }

    private static async Task<(Answer Login, Answer SetUp, List<string> BackupCodes)> EnableAsync(TestServer server)
    {
        var rosa = await server.Http.RegisterAsync("rosa");
        var setup = await SetUpAsync(server, rosa);
        var on = await CallAsync(server, rosa, "verify", Code(server, setup));
        return (rosa, setup, [.. on.Json!["backup_codes"]!.AsArray().Select(code => code!.GetValue<string>())]);
    }

    private static Task<Answer> SetUpAsync(TestServer server, Answer login) =>
        server.Http.SendAsync("POST", "/api/totp/setup", new JsonObject(), login.AccessToken);

    private static Task<Answer> CallAsync(TestServer server, Answer login, string what, string code) =>
        server.Http.SendAsync("POST", $"/api/totp/{what}", new JsonObject { ["code"] = code }, login.AccessToken);

    private static Task<Answer> LoginAsync(TestServer server, string code) =>
        server.Http.SendAsync(
            "POST",
            "/api/auth/login",
            new JsonObject
            {
                ["username"] = "rosa",
                ["password"] = Calls.Password,
                ["totp_code"] = code,
            }
        );

    /// <summary>What the app shows now.</summary>
    private static string Code(TestServer server, Answer setup)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bits = string.Concat(
            setup.Json!["secret"]!
                .GetValue<string>()
                .Select(c => Convert.ToString(alphabet.IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0'))
        );
        var secret = bits.Chunk(8).Select(octet => Convert.ToByte(new string(octet), 2)).ToArray();
        return Totp.CodeOf(secret, Totp.StepAt(server.Clock.GetUtcNow()));
    }
}
