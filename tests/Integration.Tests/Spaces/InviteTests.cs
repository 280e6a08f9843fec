using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Spaces;

public sealed class InviteTests
{
    [Fact]
    public async Task Given_an_invite_When_accepted_Then_the_public_groups_and_their_open_channels_are_joined()
    {
        await using var server = await SpacesServer.StartAsync();
        var ada = await server.RegisterAsync("ada", InstanceRole.Admin);
        var bob = await server.RegisterAsync("bob");
        var community = (await ada.PostAsync("/communities", new { name = "Rowers" })).Id;
        var open = (await ada.PostAsync("/groups", new { community_id = community, name = "Open" })).Id;
        await ada.PostAsync(
            "/groups",
            new
            {
                community_id = community,
                name = "Closed",
                visibility = "private",
            }
        );
        var told = new List<MembershipChange>();
        server.Membership.Changed += told.Add;

        var code = await CreateAsync(ada, community);
        var preview = (await bob.GetAsync($"/community-invites/{code}")).Json;
        var accepted = (await bob.PostAsync($"/community-invites/{code}/accept")).Json;

        preview.GetProperty("community_name").GetString().ShouldBe("Rowers");
        preview.GetProperty("member_count").GetInt32().ShouldBe(1);
        accepted.GetProperty("community_id").GetGuid().ShouldBe(community);
        var group = (await bob.GetAsync($"/communities/{community}/groups")).Rows.Single();
        group.GetProperty("id").GetGuid().ShouldBe(open);
        group.GetProperty("member_count").GetInt32().ShouldBe(2);
        var channel = (await bob.GetAsync("/channels")).Rows.Single();
        channel.GetProperty("name").GetString().ShouldBe("general");
        told.ShouldHaveSingleItem().UserId.ShouldBe(bob.Id);
        (await server.Access.FindAsync(channel.GetProperty("id").GetGuid(), bob.Id, default))!.Level.ShouldBe(0);
        (await bob.PostAsync($"/community-invites/{code}/accept")).ShouldFail(
            409,
            "already a member of this community"
        );
    }

    [Fact]
    public async Task Given_an_invite_for_three_When_ten_accept_at_once_Then_three_get_in()
    {
        await using var server = await SpacesServer.StartAsync();
        var ada = await server.RegisterAsync("ada", InstanceRole.Admin);
        var community = (await ada.PostAsync("/communities", new { name = "Rowers" })).Id;
        var code = await CreateAsync(ada, community, new { max_uses = 3 });
        var people = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => server.RegisterAsync($"p{n}")));

        var answers = await Task.WhenAll(people.Select(p => p.PostAsync($"/community-invites/{code}/accept")));

        answers.Count(answer => answer.Status == 200).ShouldBe(3);
        foreach (var refused in answers.Where(answer => answer.Status != 200))
            refused.ShouldFail(400, "invite fully used");
        var invite = (await ada.GetAsync($"/communities/{community}/invites")).Rows.Single();
        invite.GetProperty("used_count").GetInt32().ShouldBe(3);
        (await ada.GetAsync($"/communities/{community}")).Json.GetProperty("member_count").GetInt32().ShouldBe(4);
    }

    [Fact]
    public async Task Given_one_person_When_they_accept_two_invites_at_once_many_times_Then_one_use_is_counted()
    {
        await using var server = await SpacesServer.StartAsync();
        var ada = await server.RegisterAsync("ada", InstanceRole.Admin);
        var bob = await server.RegisterAsync("bob");
        var community = (await ada.PostAsync("/communities", new { name = "Rowers" })).Id;
        var codes = new[] { await CreateAsync(ada, community), await CreateAsync(ada, community) };

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(n => bob.PostAsync($"/community-invites/{codes[n % 2]}/accept"))
        );

        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.Count(answer => answer.Status == 409).ShouldBe(7);
        (await ada.GetAsync($"/communities/{community}/invites"))
            .Rows.Sum(row => row.GetProperty("used_count").GetInt32())
            .ShouldBe(1);
        (await ada.GetAsync($"/communities/{community}")).Json.GetProperty("member_count").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Given_groups_created_while_people_join_Then_everybody_is_in_every_public_group()
    {
        await using var server = await SpacesServer.StartAsync();
        var ada = await server.RegisterAsync("ada", InstanceRole.Admin);
        var community = (await ada.PostAsync("/communities", new { name = "Rowers" })).Id;
        var code = await CreateAsync(ada, community);
        var people = await Task.WhenAll(Enumerable.Range(0, 12).Select(n => server.RegisterAsync($"p{n}")));

        var joins = people.Select(p => p.PostAsync($"/community-invites/{code}/accept"));
        var groups = Enumerable
            .Range(0, 6)
            .Select(n => ada.PostAsync("/groups", new { community_id = community, name = $"g{n}" }));
        var answers = await Task.WhenAll(joins.Concat(groups));

        answers.ShouldAllBe(answer => answer.Status == 200);
        foreach (var person in people)
        {
            var rows = (await person.GetAsync("/groups")).Rows;
            rows.Count.ShouldBe(6);
            rows.ShouldAllBe(row => row.GetProperty("member_count").GetInt32() == 13);
            (await person.GetAsync("/channels")).Rows.Count.ShouldBe(6);
        }
    }

    [Fact]
    public async Task Given_policies_Then_they_say_who_makes_sees_and_deletes_invites()
    {
        await using var server = await SpacesServer.StartAsync();
        var ada = await server.RegisterAsync("ada", InstanceRole.Admin);
        var bob = await server.RegisterAsync("bob");
        var community = (await ada.PostAsync("/communities", new { name = "Rowers" })).Id;
        await JoinAsync(ada, bob, community);
        var path = $"/communities/{community}/invites";

        (await bob.PostAsync(path, new { max_uses = 0 })).ShouldFail(403, "forbidden");
        (await bob.GetAsync(path)).ShouldFail(403, "forbidden");
        (await ada.PostAsync(path, new { max_uses = 0 })).ShouldFail(400, "max_uses must be at least 1");
        (await ada.PostAsync(path, new { expires_in_hours = 9000 })).ShouldFail(
            400,
            "expires_in_hours must be between 1 and 8760"
        );
        var invite = (await ada.GetAsync(path)).Rows.Single();
        var id = invite.GetProperty("id").GetGuid();
        (await bob.DeleteAsync($"{path}/{id}")).ShouldFail(403, "forbidden");
        (await ada.DeleteAsync($"{path}/{id}")).ShouldBeEmpty();
        (await ada.DeleteAsync($"{path}/{id}")).ShouldFail(404, "invite not found");
        (await bob.GetAsync($"/community-invites/{invite.GetProperty("code").GetString()}")).ShouldFail(
            404,
            "invite not found"
        );
        (await bob.GetAsync($"/community-invites/{new string('x', 101)}")).ShouldFail(400, "invalid invite code");
    }

    [Fact]
    public async Task Given_a_group_invite_Then_it_ends_with_the_right_of_who_made_it_and_not_before()
    {
        await using var harbour = await Harbour.OpenAsync();
        await harbour.Ada.PatchAsync($"/communities/{harbour.Community}", new { who_can_create_groups = "everyone" });
        var own = (await harbour.Bob.PostAsync("/groups", harbour.Group("Bob's"))).Id;
        var roles = $"/communities/{harbour.Community}/members/{harbour.Bob.Id}/role";
        await harbour.Ada.PutAsync(roles, new { role = "admin" });
        var (led, _) = await harbour.OpenGroupAsync("Led by all admins");
        var toOwn = await InviteToGroupAsync(own);
        var toLed = await InviteToGroupAsync(led);

        await harbour.Ada.PutAsync(roles, new { role = "moderator" });

        (await harbour.Cy.GetAsync($"/invites/{toLed}")).ShouldFail(404, "invite not found");
        (await harbour.Cy.GetAsync($"/invites/{toOwn}")).Status.ShouldBe(200);

        await harbour.Bob.PostAsync($"/groups/{own}/transfer-ownership", new { new_owner_id = harbour.Cy.Id });
        (await harbour.Cy.GetAsync($"/invites/{toOwn}")).Status.ShouldBe(200);
        (await harbour.Bob.PostAsync($"/groups/{own}/leave")).ShouldBeEmpty();
        (await harbour.Cy.GetAsync($"/invites/{toOwn}")).ShouldFail(404, "invite not found");

        async Task<string> InviteToGroupAsync(Guid group) =>
            (await harbour.Bob.PostAsync($"/groups/{group}/invites")).Json.GetProperty("code").GetString()!;
    }

    [Fact]
    public async Task Given_somebody_who_is_being_removed_Then_they_leave_no_invite_behind()
    {
        await using var harbour = await Harbour.OpenAsync();
        await harbour.Ada.PatchAsync(
            $"/communities/{harbour.Community}",
            new { who_can_create_invites = "everyone", who_can_create_groups = "everyone" }
        );
        var own = (await harbour.Bob.PostAsync("/groups", harbour.Group("Bob's"))).Id;
        await harbour.ExecuteAsync("delete from community_invites");

        foreach (var space in new[] { $"/communities/{harbour.Community}", $"/groups/{own}" })
        {
            await using var kick = await HeldTransaction.BeginAsync(
                harbour.Server.Database,
                $"""
                select from mt_doc_user where id = '{harbour.Bob.Id}' for no key update;
                delete from group_members where user_id = '{harbour.Bob.Id}';
                delete from community_members where user_id = '{harbour.Bob.Id}';
                """
            );

            (await kick.CommitUnderAsync(() => harbour.Bob.PostAsync($"{space}/invites"))).Status.ShouldBeOneOf(
                403,
                404
            );
            await harbour.ExecuteAsync(
                $"""
                insert into community_members (community_id, user_id, joined_at)
                values ('{harbour.Community}', '{harbour.Bob.Id}', now());
                insert into group_members (group_id, user_id, role, joined_at)
                values ('{own}', '{harbour.Bob.Id}', 3, now());
                """
            );
        }

        (await harbour.Server.Product.QueryAsync<long>("select count(*) from community_invites")).ShouldBe(0);
        (await harbour.Server.Product.QueryAsync<long>("select count(*) from group_invites")).ShouldBe(0);
    }

    [Fact]
    public async Task Given_a_personal_group_When_invites_are_switched_off_Then_those_of_gone_accounts_end_too()
    {
        await using var harbour = await Harbour.OpenAsync();
        var group = (
            await harbour.Ada.PostAsync(
                "/groups",
                new
                {
                    community_id = harbour.Community,
                    name = "Cy's",
                    assigned_member_id = harbour.Cy.Id,
                }
            )
        ).Id;
        await harbour.Ada.PatchAsync($"/groups/{group}", new { allow_invites = true });
        var code = (await harbour.Cy.PostAsync($"/groups/{group}/invites")).Json.GetProperty("code").GetString();
        await harbour.ExecuteAsync("update group_invites set created_by = null");

        (await harbour.Ada.PatchAsync($"/groups/{group}", new { allow_invites = false })).Status.ShouldBe(200);

        (await harbour.Bob.GetAsync($"/invites/{code}")).ShouldFail(404, "invite not found");
    }

    [Fact]
    public async Task Given_a_new_community_and_invites_Then_the_trail_tells_of_them_without_their_codes()
    {
        await using var harbour = await Harbour.OpenAsync();
        var (group, _) = await harbour.OpenGroupAsync("Open");
        await harbour.ExecuteAsync("delete from audit_log where action like '%invite%'");
        var path = $"/communities/{harbour.Community}";

        foreach (var space in new[] { path, $"/groups/{group}" })
        {
            var invite = (await harbour.Ada.PostAsync($"{space}/invites")).Id;
            (await harbour.Ada.DeleteAsync($"{space}/invites/{invite}")).ShouldBeEmpty();
        }

        var trail = (await harbour.Ada.GetAsync($"{path}/moderation-log")).Rows;
        trail
            .Select(entry => entry.GetProperty("action").GetString())
            .ShouldBe([
                "group_invite_deleted",
                "group_invite_created",
                "community_invite_deleted",
                "community_invite_created",
                "group_created",
                "community_created",
            ]);
        trail.ShouldAllBe(entry => entry.GetProperty("actor_id").GetGuid() == harbour.Ada.Id);
        trail[0].GetProperty("details").GetProperty("group_id").GetGuid().ShouldBe(group);
        trail[0].GetProperty("details").EnumerateObject().ShouldNotContain(fact => fact.Name == "code");
    }

    internal static async Task<string> CreateAsync(Person manager, Guid communityId, object? body = null) =>
        (await manager.PostAsync($"/communities/{communityId}/invites", body)).Json.GetProperty("code").GetString()!;

    internal static async Task JoinAsync(Person manager, Person newcomer, Guid communityId)
    {
        var code = await CreateAsync(manager, communityId);
        (await newcomer.PostAsync($"/community-invites/{code}/accept")).Status.ShouldBe(200);
    }
}
