using System.Net.Http.Json;
using Chatalot.Features.Spaces;
using Chatalot.Integration.Tests.Files;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Messages;
using Chatalot.Shared.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Administration;

public sealed class AccountTests
{
    [Fact]
    public async Task When_somebody_is_suspended_Then_requests_and_sockets_end_at_once_in_every_process()
    {
        await using var server = await TestServer.StartAsync();
        await using var sibling = await server.StartSiblingAsync();
        var (owner, ada, bob) = await PeopleAsync(server);
        await using var here = await bob.ConnectAsync();
        await using var there = await bob.At(sibling).ConnectAsync();
        (await bob.GetAsync("/account/me")).Status.ShouldBe(200);

        (await ada.PostAsync($"/admin/users/{bob.Id}/suspend", new { reason = " spam " })).ShouldBeEmpty();

        (await bob.GetAsync("/account/me")).Status.ShouldBe(401);
        foreach (var socket in new[] { here, there })
        {
            await socket.NextErrorAsync("unauthorized");
            await socket.ClosedAsync();
        }
        (await bob.At(sibling).GetAsync("/account/me")).Status.ShouldBe(401);
        var row = (await ada.GetAsync("/admin/users?search=BOB@")).Rows.Single();
        row.GetProperty("suspended_reason").GetString().ShouldBe("spam");
        row.GetProperty("suspended_at").GetString().ShouldNotBeNull();
        (await ada.PostAsync($"/admin/users/{bob.Id}/unsuspend")).ShouldBeEmpty();
        (await ada.PostAsync($"/admin/users/{bob.Id}/unsuspend")).ShouldBeEmpty();
        (await owner.GetAsync($"/admin/audit-log?action=admin_suspend_user&user_id={ada.Id}"))
            .Json.GetProperty("entries")[0]
            .GetProperty("metadata")
            .GetProperty("target_user_id")
            .GetGuid()
            .ShouldBe(bob.Id);
    }

    [Fact]
    public async Task Given_ranks_Then_operators_act_on_people_below_them_only()
    {
        await using var server = await TestServer.StartAsync();
        var (owner, ada, bob) = await PeopleAsync(server);
        var eve = await server.AddPersonAsync("eve", InstanceRole.Admin);
        var nobody = Guid.NewGuid();
        var weak = new { new_password = "short" };
        var strong = new { new_password = "Blue-Kettle-43" };

        (await ada.PostAsync($"/admin/users/{ada.Id}/suspend")).ShouldFail(400, "you cannot suspend yourself");
        (await ada.PostAsync($"/admin/users/{nobody}/suspend")).ShouldFail(404, "user not found");
        (await owner.PostAsync($"/admin/users/{ada.Id}/suspend")).ShouldFail(400, "cannot suspend an admin or owner");
        (await ada.PostAsync($"/admin/users/{bob.Id}/suspend", new { reason = new string('r', 501) })).ShouldFail(
            400,
            "reason must be at most 500 characters"
        );
        (await ada.PutAsync($"/admin/users/{bob.Id}/admin", new { is_admin = true })).ShouldFail(403, "forbidden");
        (await owner.PutAsync($"/admin/users/{owner.Id}/admin", new { is_admin = false })).ShouldFail(
            400,
            "you cannot change your own admin status"
        );
        (await owner.PutAsync($"/admin/users/{nobody}/admin", new { is_admin = false })).ShouldFail(
            404,
            "user not found"
        );
        (await owner.PutAsync($"/admin/users/{bob.Id}/admin", new { })).Status.ShouldBe(422);
        (await ada.PutAsync($"/admin/users/{owner.Id}/password", strong)).ShouldFail(403, "forbidden");
        (await ada.PutAsync($"/admin/users/{eve.Id}/password", strong)).ShouldFail(403, "forbidden");
        (await ada.PutAsync($"/admin/users/{ada.Id}/password", strong)).ShouldFail(
            400,
            "you cannot reset your own password here — use account settings"
        );
        (await ada.PutAsync($"/admin/users/{nobody}/password", weak)).ShouldFail(404, "user not found");
        (await ada.PutAsync($"/admin/users/{bob.Id}/password", weak)).ShouldFail(
            400,
            "password must be at least 8 characters"
        );
        (await ada.PostAsync($"/admin/purge/user/{eve.Id}/messages")).ShouldFail(403, "forbidden");
        (await bob.GetAsync("/admin/users")).ShouldFail(403, "forbidden");
    }

    [Fact]
    public async Task When_a_password_is_reset_Then_all_logins_end_and_the_new_one_works()
    {
        await using var server = await TestServer.StartAsync();
        var (_, ada, bob) = await PeopleAsync(server);
        await using var socket = await bob.ConnectAsync();

        (
            await ada.PutAsync($"/admin/users/{bob.Id}/password", new { new_password = "Blue-Kettle-43" })
        ).ShouldBeEmpty();

        await socket.NextErrorAsync("unauthorized");
        (await bob.GetAsync("/account/me")).Status.ShouldBe(401);
        var login = await server.Http.PostAsJsonAsync(
            "/api/auth/login",
            new { username = "bob", password = "Blue-Kettle-43" }
        );
        login.EnsureSuccessStatusCode();
    }

    [Theory]
    [InlineData(512, true)]
    [InlineData(513, false)]
    public async Task An_overlong_agent_is_left_out_of_the_audit_log(int length, bool isKept)
    {
        await using var server = await TestServer.StartAsync();
        var (_, ada, _) = await PeopleAsync(server);
        var agent = new string('a', length);

        using var content = JsonContent.Create(new { });
        using var made = await ada.RequestAsync(HttpMethod.Post, "/admin/invites", content, ("User-Agent", agent));

        made.EnsureSuccessStatusCode();
        var log = await ada.GetAsync("/admin/audit-log?action=admin_create_invite");
        log.Json.GetProperty("entries")[0].GetProperty("user_agent").GetString().ShouldBe(isKept ? agent : null);
    }

    [Fact]
    public async Task When_a_role_is_revoked_Then_it_is_gone_with_the_next_request_and_the_socket_reconnects()
    {
        await using var server = await TestServer.StartAsync();
        var (owner, ada, bob) = await PeopleAsync(server);
        (await owner.PutAsync($"/admin/users/{bob.Id}/admin", new { is_admin = true })).ShouldBeEmpty();
        (await bob.GetAsync("/admin/invites")).Status.ShouldBe(200);
        await using var socket = await ada.ConnectAsync();

        (await owner.PutAsync($"/admin/users/{ada.Id}/admin", new { is_admin = false })).ShouldBeEmpty();

        (await ada.GetAsync("/admin/invites")).ShouldFail(403, "forbidden");
        await socket.NextErrorAsync("unauthorized");
        await socket.ClosedAsync();
        await using var again = await ada.ConnectAsync();
    }

    [Fact]
    public async Task Given_a_client_that_is_back_before_the_signal_of_its_own_server_Then_it_is_not_sent_away_again()
    {
        await using var server = await TestServer.StartAsync();
        var (owner, ada, _) = await PeopleAsync(server);
        var (release, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        var signals = server.Services.GetRequiredService<DatabaseSignals>();
        // Signals are delivered one after the other, and the change of the account is told before the end of its
        // sockets.
        using var held = signals.Subscribe(
            "accounts_changed",
            async payload =>
            {
                if (payload == "end")
                    end.SetResult();
                else
                    await release.Task;
            },
            onMissed: static () => { }
        );
        await using var socket = await ada.ConnectAsync();

        (await owner.PutAsync($"/admin/users/{ada.Id}/admin", new { is_admin = false })).ShouldBeEmpty();
        await socket.ClosedAsync();
        await using var again = await ada.ConnectAsync();
        release.SetResult();
        await signals.NotifyAsync("accounts_changed", "end", CancellationToken.None);
        await end.Task.WaitAsync(TimeSpan.FromSeconds(30));

        (await again.DrainAsync()).Types().ShouldNotContain("error");
    }

    [Fact]
    public async Task When_the_instance_is_handed_over_Then_there_is_one_owner_however_often_it_is_tried_at_once()
    {
        await using var server = await TestServer.StartAsync();
        var (owner, ada, bob) = await PeopleAsync(server);
        (
            await ada.PutAsync($"/admin/users/{bob.Id}/password", new { new_password = "Blue-Kettle-43" })
        ).ShouldBeEmpty();
        await server.ExecuteAsync(
            $"""
            update mt_doc_user set data = data || jsonb_build_object('password_hash', (
                select data ->> 'password_hash' from mt_doc_user where id = '{bob.Id}')) where id = '{owner.Id}'
            """
        );

        var cy = await server.AddPersonAsync("cy");
        var asked = (await owner.PostAsync("/dms", new { target_user_id = cy.Id })).Json;
        var direct = asked.GetProperty("channel").GetProperty("id").GetGuid();
        await using var socket = await cy.ConnectAsync();
        await socket.PostAsync(direct, "an answer to the owner");

        (await owner.PutAsync("/admin/owner", new { user_id = ada.Id, password = "wrong" })).ShouldFail(
            400,
            "password is incorrect"
        );
        var answers = await Task.WhenAll(
            new[] { ada.Id, bob.Id }.Select(heir =>
                owner.PutAsync("/admin/owner", new { user_id = heir, password = "Blue-Kettle-43" })
            )
        );

        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        (await server.QueryAsync<long>("select count(*) from mt_doc_user where data ->> 'is_owner' = 'true'")).ShouldBe(
            1
        );
        (
            await server.QueryAsync<string>($"select data ->> 'is_owner' from mt_doc_user where id = '{owner.Id}'")
        ).ShouldBe("false");
        await Eventually.HoldsAsync(
            async () =>
            {
                await socket.SendAsync(Talk.Message(direct, "an answer to somebody like me"));
                var answer = await socket.NextAsync("message_sent", or: "error");
                return answer.GetProperty("type").GetString() == "error";
            },
            "strangers write to each other no more"
        );
    }

    [Fact]
    public async Task When_an_account_is_deleted_Then_its_spaces_have_the_instance_owner_and_its_login_is_over()
    {
        await using var server = await TestServer.StartAsync(new() { ["COMMUNITY_CREATION_MODE"] = "open" });
        var (owner, ada, bob) = await PeopleAsync(server);
        var community = (await bob.PostAsync("/communities", new { name = "Rowing" })).Id;
        await bob.PostAsync("/groups", new { community_id = community, name = "Boats" });
        await using var socket = await bob.ConnectAsync();

        (await ada.DeleteAsync($"/admin/users/{ada.Id}")).ShouldFail(400, "you cannot delete yourself");
        (await ada.DeleteAsync($"/admin/users/{Guid.NewGuid()}")).ShouldFail(404, "user not found");
        (await ada.DeleteAsync($"/admin/users/{owner.Id}")).ShouldFail(400, "cannot delete the instance owner");
        (await owner.DeleteAsync($"/admin/users/{ada.Id}")).ShouldFail(
            400,
            "cannot delete an admin user; revoke admin first"
        );
        var answers = await Task.WhenAll(
            ada.DeleteAsync($"/admin/users/{bob.Id}"),
            owner.DeleteAsync($"/admin/users/{bob.Id}")
        );

        answers.Select(answer => answer.Status).Order().ShouldBe([200, 404]);
        await socket.NextErrorAsync("unauthorized");
        (await bob.GetAsync("/account/me")).Status.ShouldBe(401);
        var mine = (await owner.GetAsync("/admin/users?search=owner")).Rows.Single();
        mine.GetProperty("communities")[0].GetProperty("role").GetString().ShouldBe("owner");
        mine.GetProperty("groups")[0].GetProperty("role").GetString().ShouldBe("owner");
        (await owner.GetAsync($"/communities/{community}")).Json.GetProperty("owner_id").GetGuid().ShouldBe(owner.Id);
        (
            await server.QueryAsync<string>(
                "select metadata ->> 'target_username' from audit_log where action = 'admin_delete_user'"
            )
        ).ShouldBe("bob");
    }

    [Fact]
    public async Task Given_invites_Then_operators_make_list_and_delete_them_and_people_register_with_them()
    {
        await using var server = await TestServer.StartAsync();
        var (_, ada, _) = await PeopleAsync(server);

        (await ada.PostAsync("/admin/invites", new { max_uses = 0, expires_in_hours = 1 })).ShouldFail(
            400,
            "max_uses must be at least 1"
        );
        (await ada.PostAsync("/admin/invites", new { max_uses = 1, expires_in_hours = 8761 })).ShouldFail(
            400,
            "expires_in_hours must be between 1 and 8760"
        );
        var invite = (
            await ada.PostAsync("/admin/invites", new { max_uses = (int?)null, expires_in_hours = (int?)null })
        ).Json;
        invite.GetProperty("code").GetString()!.Length.ShouldBe(12);
        invite.GetProperty("created_by").GetGuid().ShouldBe(ada.Id);
        (await ada.PostAsync("/admin/invites", new { max_uses = 2, expires_in_hours = 24 })).Status.ShouldBe(200);
        var rows = (await ada.GetAsync("/admin/invites")).Rows;
        rows.Count.ShouldBe(2);
        rows[1].GetProperty("expires_at").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        var id = invite.GetProperty("id").GetGuid();
        (await ada.DeleteAsync($"/admin/invites/{id}")).ShouldBeEmpty();
        (await ada.DeleteAsync($"/admin/invites/{id}")).ShouldFail(404, "invite not found");
    }

    [Fact]
    public async Task Given_many_accounts_Then_lists_are_bounded_and_say_how_many_there_are()
    {
        await using var server = await TestServer.StartAsync();
        var (_, ada, _) = await PeopleAsync(server);
        (await ada.PostAsync("/communities", new { name = "Rowing" })).Status.ShouldBe(200);

        (await ada.GetAsync("/admin/users?limit=-5&offset=-1")).Rows.Count.ShouldBe(1);
        (await ada.GetAsync("/admin/users?limit=x")).Status.ShouldBe(400);
        (await ada.GetAsync("/admin/users?search=%25")).Rows.ShouldBeEmpty();
        var row = (await ada.GetAsync("/admin/users?search=ada")).Rows.Single();
        var community = row.GetProperty("communities").EnumerateArray().Single();
        community.GetProperty("name").GetString().ShouldBe("Rowing");
        community.GetProperty("role").GetString().ShouldBe("owner");
        row.GetProperty("groups").GetArrayLength().ShouldBe(0);
        row.TryGetProperty("password_hash", out _).ShouldBeFalse();
        var log = (await ada.GetAsync("/admin/audit-log?per_page=0&page=-3")).Json;
        log.GetProperty("per_page").GetInt32().ShouldBe(1);
        log.GetProperty("page").GetInt32().ShouldBe(1);
        (await ada.GetAsync("/admin/audit-log?user_id=somebody")).Status.ShouldBe(400);
    }

    internal static async Task<(Person Owner, Person Ada, Person Bob)> PeopleAsync(TestServer server) =>
        (
            await server.AddPersonAsync("owner", InstanceRole.Owner),
            await server.AddPersonAsync("ada", InstanceRole.Admin),
            await server.AddPersonAsync("bob")
        );
}
