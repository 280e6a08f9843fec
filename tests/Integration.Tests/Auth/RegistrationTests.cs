using System.Net;
using System.Text.Json.Nodes;
using Chatalot.Features.Auth;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Auth;

public sealed class RegistrationTests
{
    [Fact]
    public async Task The_first_account_owns_the_instance_and_can_use_its_token_at_once()
    {
        await using var server = await AuthServer.StartAsync();

        var first = await server.Http.RegisterAsync("Rosa.K");
        var second = await server.Http.RegisterAsync("lena");

        first.Status.ShouldBe(HttpStatusCode.OK);
        first.Json!["recovery_code"]!.GetValue<string>().Length.ShouldBe(19);
        var user = first.Json["user"]!.AsObject();
        user.Select(member => member.Key)
            .ShouldBe([
                "id",
                "username",
                "display_name",
                "avatar_url",
                "banner_url",
                "status",
                "custom_status",
                "is_admin",
                "is_owner",
                "created_at",
            ]);
        user["username"]!.GetValue<string>().ShouldBe("Rosa.K");
        user["status"]!.GetValue<string>().ShouldBe("offline");
        user["created_at"]!.GetValue<string>().ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$");
        user["is_owner"]!.GetValue<bool>().ShouldBeTrue();
        user["is_admin"]!.GetValue<bool>().ShouldBeTrue();
        second.Json!["user"]!["is_owner"]!.GetValue<bool>().ShouldBeFalse();
        var me = await server.Http.GetAsync("/api/account/me", first.AccessToken);
        me.Json!.ToJsonString().ShouldBe(user.ToJsonString());
    }

    [Fact]
    public async Task Of_many_who_register_first_at_once_exactly_one_becomes_owner()
    {
        await using var server = await AuthServer.StartAsync();

        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => server.Http.RegisterAsync($"user{i}")));

        all.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
        all.Count(answer => answer.Json!["user"]!["is_owner"]!.GetValue<bool>()).ShouldBe(1);
        (await server.QueryAsync<long>("select count(*) from instance_setup")).ShouldBe(1);
    }

    [Fact]
    public async Task When_all_accounts_are_gone_the_next_one_is_not_the_owner()
    {
        await using var server = await AuthServer.StartAsync();
        await server.Http.RegisterAsync("rosa");
        await server.ExecuteAsync("delete from mt_doc_user");
        await using var restarted = await server.StartSiblingAsync();

        var next = await restarted.Http.RegisterAsync("lena");

        next.Json!["user"]!["is_owner"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact]
    public async Task Names_and_addresses_are_taken_in_whatever_case()
    {
        await using var server = await AuthServer.StartAsync();
        await server.Http.RegisterAsync("rosa");

        var name = await server.Http.RegisterAsync("ROSA", body => body["email"] = "other@mail.example");
        var email = await server.Http.RegisterAsync("lena", body => body["email"] = "Rosa@Mail.Example");

        name.ShouldBe(HttpStatusCode.Conflict, "username already taken");
        email.ShouldBe(HttpStatusCode.Conflict, "email already registered");
    }

    [Fact]
    public async Task Of_many_who_register_one_name_at_once_one_gets_it_and_the_others_a_409()
    {
        await using var server = await AuthServer.StartAsync();

        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => server.Http.RegisterAsync("rosa")));

        all.Count(answer => answer.Status == HttpStatusCode.OK).ShouldBe(1);
        all.Count(answer => answer.Status == HttpStatusCode.Conflict).ShouldBe(7);
        (await server.QueryAsync<long>("select count(*) from one_time_prekeys")).ShouldBe(3);
        (await server.QueryAsync<long>("select count(*) from sessions")).ShouldBe(1);
    }

    [Theory]
    [InlineData("username", "\"a\"", 400, "username must be between 3 and 32 characters")]
    [InlineData("email", "\"a\"", 400, "invalid email format")]
    [InlineData("password", "\"short\"", 400, "password must be at least 8 characters")]
    [InlineData("display_name", "\" \\u202e \"", 400, "display name must be 1-64 characters")]
    [InlineData("identity_key", "[1,2]", 400, "identity key must be 32 bytes")]
    [InlineData("identity_key", "\"AQI=\"", 422, "missing or invalid value: identity_key")]
    [InlineData("identity_key", "null", 422, null)]
    [InlineData("one_time_prekeys", "[null]", 422, null)]
    [InlineData(
        "one_time_prekeys",
        "[{\"key_id\":1,\"public_key\":[1]}]",
        400,
        "each prekey public_key must be exactly 32 bytes"
    )]
    [InlineData("one_time_prekeys", "[{\"key_id\":2147483648,\"public_key\":[]}]", 422, null)]
    [InlineData("username", "7", 422, "missing or invalid value: username")]
    [InlineData("username", "\"a\\u0000b\"", 400, "text must not contain the character U+0000")]
    public async Task A_request_that_is_wrong_is_refused_and_leaves_nothing(
        string member,
        string json,
        int status,
        string? message
    )
    {
        await using var server = await AuthServer.StartAsync();

        var answer = await server.Http.RegisterAsync("rosa", body => body[member] = JsonNode.Parse(json));

        ((int)answer.Status).ShouldBe(status, answer.Json!.ToJsonString());
        if (message is not null)
            answer.Message.ShouldBe(message);
        (await server.QueryAsync<long>("select count(*) from mt_doc_user")).ShouldBe(0);
    }

    [Fact]
    public async Task A_signature_by_another_key_is_refused()
    {
        await using var server = await AuthServer.StartAsync();

        var answer = await server.Http.RegisterAsync(
            "rosa",
            body => body["identity_key"] = Calls.Registration("x")["identity_key"]!.DeepClone()
        );

        answer.ShouldBe(HttpStatusCode.BadRequest, "signed prekey signature verification failed");
    }

    [Fact]
    public async Task Closed_registration_refuses_even_the_first()
    {
        await using var server = await AuthServer.StartAsync(o =>
            o with
            {
                RegistrationMode = RegistrationMode.Closed,
            }
        );

        (await server.Http.RegisterAsync("rosa")).ShouldBe(
            HttpStatusCode.BadRequest,
            "registration is currently disabled"
        );
    }

    [Fact]
    public async Task By_invite_only_the_first_needs_no_code_and_a_code_is_used_as_often_as_allowed()
    {
        await using var server = await AuthServer.StartAsync(o =>
            o with
            {
                RegistrationMode = RegistrationMode.InviteOnly,
            }
        );
        (await server.Http.RegisterAsync("rosa")).Status.ShouldBe(HttpStatusCode.OK);
        await server.ExecuteAsync(
            """
            insert into registration_invites (id, code, max_uses, expires_at, created_at) values
                (gen_random_uuid(), 'twice', 2, null, now()),
                (gen_random_uuid(), 'expired', null, now() - interval '1 second', now())
            """
        );

        (await server.Http.RegisterAsync("lena")).ShouldBe(
            HttpStatusCode.BadRequest,
            "an invite code is required to register"
        );
        (await RegisterWithAsync(server, "lena", "expired")).ShouldBe(
            HttpStatusCode.BadRequest,
            "invalid, expired, or fully used invite code"
        );
        var all = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(i => RegisterWithAsync(server, $"user{i}", "twice"))
        );

        all.Count(answer => answer.Status == HttpStatusCode.OK).ShouldBe(2);
        all.Where(answer => answer.Status != HttpStatusCode.OK)
            .ShouldAllBe(answer => answer.Message == "invalid, expired, or fully used invite code");
        (await server.QueryAsync<int>("select used_count from registration_invites where code = 'twice'")).ShouldBe(2);
        (await server.QueryAsync<long>("select count(*) from mt_doc_user")).ShouldBe(3);
    }

    private static Task<Answer> RegisterWithAsync(TestServer server, string name, string code) =>
        server.Http.RegisterAsync(name, body => body["invite_code"] = code);
}
