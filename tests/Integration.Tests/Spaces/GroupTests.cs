using System.Text.Json;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Spaces;

public sealed class GroupTests
{
    [Fact]
    public async Task Given_somebody_who_is_being_removed_Then_they_come_to_own_neither_group_nor_channel()
    {
        await using var harbour = await Harbour.OpenAsync();
        await harbour.Ada.PatchAsync($"/communities/{harbour.Community}", new { who_can_create_groups = "everyone" });
        var own = (await harbour.Bob.PostAsync("/groups", harbour.Group("Bob's"))).Id;
        var before = await CountAsync();

        foreach (
            var (path, body) in new (string, object)[]
            {
                ($"/groups/{own}/channels", new { name = "mine", channel_type = "text" }),
                ("/groups", harbour.Group("Mine")),
            }
        )
        {
            await using var kick = await HeldTransaction.BeginAsync(
                harbour.Server.Database,
                $"""
                select from mt_doc_community where id = '{harbour.Community}' for share;
                select from mt_doc_group where community_id = '{harbour.Community}' order by id for share;
                delete from group_members where user_id = '{harbour.Bob.Id}';
                delete from channel_members where user_id = '{harbour.Bob.Id}';
                delete from community_members where user_id = '{harbour.Bob.Id}';
                """
            );

            (await kick.CommitUnderAsync(() => harbour.Bob.PostAsync(path, body))).Status.ShouldBeOneOf(403, 404);
            await harbour.ExecuteAsync(
                $"""
                insert into community_members (community_id, user_id, joined_at)
                values ('{harbour.Community}', '{harbour.Bob.Id}', now());
                """
            );
        }

        (await CountAsync()).ShouldBe(before);

        Task<long> CountAsync() =>
            harbour.Server.Product.QueryAsync<long>(
                "select (select count(*) from mt_doc_group) + (select count(*) from mt_doc_channel)"
            );
    }

    [Fact]
    public async Task Given_a_public_group_Then_every_member_of_the_community_is_in_it_and_in_general()
    {
        await using var harbour = await Harbour.OpenAsync();

        var group = (await harbour.Ada.PostAsync("/groups", harbour.Group("Open"))).Json;

        group.GetProperty("member_count").GetInt32().ShouldBe(3);
        group.GetProperty("visibility").GetString().ShouldBe("public");
        group.GetProperty("assigned_member_id").ValueKind.ShouldBe(JsonValueKind.Null);
        var id = group.GetProperty("id").GetGuid();
        (await harbour.Bob.GetAsync($"/groups/{id}")).Json.ToString().ShouldBe(group.ToString());
        var roles = (await harbour.Bob.GetAsync($"/groups/{id}/members")).Rows.ConvertAll(row =>
            row.GetProperty("role").GetString()
        );
        roles.ShouldBe(["owner", "member", "member"]);
        var general = (await harbour.Bob.GetAsync($"/groups/{id}/channels")).Rows.Single();
        general.GetProperty("name").GetString().ShouldBe("general");
        general.GetProperty("group_id").GetGuid().ShouldBe(id);
        (await harbour.Bob.GetAsync("/channels")).Rows.Single().ToString().ShouldBe(general.ToString());
    }

    [Fact]
    public async Task Given_a_private_group_Then_others_cannot_tell_it_from_one_that_does_not_exist()
    {
        await using var harbour = await Harbour.OpenAsync();
        var secret = (await harbour.Ada.PostAsync("/groups", harbour.Group("Secret", "private"))).Id;
        var channel = (await harbour.Ada.GetAsync($"/groups/{secret}/channels")).Rows.Single();
        var channelId = channel.GetProperty("id").GetGuid();

        foreach (var id in new[] { secret, Guid.NewGuid() })
        {
            foreach (var path in new[] { "", "/members", "/channels" })
                (await harbour.Bob.GetAsync($"/groups/{id}{path}")).ShouldFail(404, "group not found");
            (await harbour.Bob.PostAsync($"/groups/{id}/join")).ShouldFail(404, "group not found");
            (await harbour.Bob.PostAsync($"/groups/{id}/leave")).ShouldFail(403, "forbidden");
            (
                await harbour.Bob.PostAsync($"/groups/{id}/channels", new { name = "x", channel_type = "text" })
            ).ShouldFail(404, "group not found");
        }
        foreach (var id in new[] { channelId, Guid.NewGuid() })
        {
            (await harbour.Bob.GetAsync($"/channels/{id}")).ShouldFail(404, "channel not found");
            (await harbour.Bob.GetAsync($"/channels/{id}/members")).ShouldFail(404, "channel not found");
            (await harbour.Bob.PostAsync($"/channels/{id}/join")).ShouldFail(404, "channel not found");
        }
        (await harbour.Bob.GetAsync("/groups/discover")).Rows.ShouldBeEmpty();
        (await harbour.Owner.GetAsync("/groups/discover")).Rows.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Given_a_community_admin_in_the_group_Then_they_manage_its_channels_and_rank_in_them()
    {
        await using var harbour = await Harbour.OpenAsync();
        await harbour.ExecuteAsync($"update community_members set role = 2 where user_id = '{harbour.Bob.Id}'");
        var group = (await harbour.Ada.PostAsync("/groups", harbour.Group("Open"))).Id;

        var channel = (
            await harbour.Bob.PostAsync($"/groups/{group}/channels", new { name = "tides", channel_type = "gallery" })
        ).Json;
        var refused = await harbour.Cy.PostAsync($"/groups/{group}/channels", new { name = "x", channel_type = "x" });

        refused.ShouldFail(403, "forbidden");
        channel.GetProperty("discoverable").GetBoolean().ShouldBeTrue();
        channel.GetProperty("created_by").GetGuid().ShouldBe(harbour.Bob.Id);
        var id = channel.GetProperty("id").GetGuid();
        (await harbour.Server.Access.FindAsync(id, harbour.Bob.Id, default))!.Level.ShouldBe(3);
        (await harbour.Server.Access.FindAsync(id, harbour.Ada.Id, default))!.Level.ShouldBe(4);
        (await harbour.Server.Access.FindAsync(id, harbour.Cy.Id, default))!.Level.ShouldBe(0);
        var general = (await harbour.Bob.GetAsync($"/groups/{group}/channels")).Rows[0].GetProperty("id").GetGuid();
        (await harbour.Server.Access.FindAsync(general, harbour.Bob.Id, default))!.Level.ShouldBe(2);
    }

    [Fact]
    public async Task Given_a_member_who_leaves_Then_their_channels_end_at_once_and_they_may_come_back()
    {
        await using var harbour = await Harbour.OpenAsync();
        var group = (await harbour.Ada.PostAsync("/groups", harbour.Group("Open"))).Id;
        var general = (await harbour.Bob.GetAsync("/channels")).Rows.Single().GetProperty("id").GetGuid();
        (await harbour.Server.Access.FindAsync(general, harbour.Bob.Id, default)).ShouldNotBeNull();

        (await harbour.Bob.PostAsync($"/groups/{group}/leave")).ShouldBeEmpty();

        (await harbour.Server.Access.FindAsync(general, harbour.Bob.Id, default)).ShouldBeNull();
        (await harbour.Bob.GetAsync("/groups")).Rows.ShouldBeEmpty();
        (await harbour.Bob.GetAsync("/channels")).Rows.ShouldBeEmpty();
        (await harbour.Bob.GetAsync($"/groups/{group}")).ShouldFail(403, "forbidden");
        (await harbour.Bob.GetAsync($"/channels/{general}")).ShouldFail(403, "forbidden");
        (await harbour.Bob.PostAsync($"/channels/{general}/join")).ShouldFail(403, "forbidden");
        var found = (await harbour.Bob.GetAsync("/groups/discover")).Rows.Single();
        found.GetProperty("member_count").GetInt32().ShouldBe(2);

        (await harbour.Bob.PostAsync($"/groups/{group}/join")).ShouldBeEmpty();
        (await harbour.Bob.PostAsync($"/groups/{group}/join")).ShouldBeEmpty();
        (await harbour.Server.Access.FindAsync(general, harbour.Bob.Id, default)).ShouldNotBeNull();
        (await harbour.Ada.PostAsync($"/groups/{group}/leave")).ShouldFail(
            400,
            "owner cannot leave; transfer ownership or delete the group instead"
        );
    }

    [Fact]
    public async Task Given_a_ban_from_a_channel_Then_leaving_and_joining_the_group_does_not_undo_it()
    {
        await using var harbour = await Harbour.OpenAsync();
        var group = (await harbour.Ada.PostAsync("/groups", harbour.Group("Open"))).Id;
        var general = (await harbour.Bob.GetAsync("/channels")).Rows.Single().GetProperty("id").GetGuid();
        await harbour.ExecuteAsync(
            $"""
            delete from channel_members where user_id = '{harbour.Bob.Id}';
            insert into channel_bans (channel_id, user_id, banned_at) values ('{general}', '{harbour.Bob.Id}', now())
            """
        );

        await harbour.Bob.PostAsync($"/groups/{group}/leave");
        await harbour.Bob.PostAsync($"/groups/{group}/join");

        (await harbour.Bob.GetAsync("/channels")).Rows.ShouldBeEmpty();
        (await harbour.Bob.PostAsync($"/channels/{general}/join")).ShouldFail(403, "forbidden");
        (await harbour.Ada.GetAsync($"/channels/{general}/members")).Rows.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Given_a_personal_group_Then_the_member_owns_it_and_moderators_look_after_it()
    {
        await using var harbour = await Harbour.OpenAsync();
        await harbour.ExecuteAsync($"update community_members set role = 1 where user_id = '{harbour.Bob.Id}'");
        object Personal(Guid member) =>
            new
            {
                community_id = harbour.Community,
                name = "Cy's desk",
                assigned_member_id = member,
                visibility = "public",
            };

        (await harbour.Cy.PostAsync("/groups", Personal(harbour.Cy.Id))).ShouldFail(403, "forbidden");
        (await harbour.Bob.PostAsync("/groups", Personal(Guid.NewGuid()))).ShouldFail(
            400,
            "assigned member must be a member of this community"
        );
        var desk = (await harbour.Bob.PostAsync("/groups", Personal(harbour.Cy.Id))).Json;

        desk.GetProperty("visibility").GetString().ShouldBe("private");
        desk.GetProperty("discoverable").GetBoolean().ShouldBeFalse();
        desk.GetProperty("owner_id").GetGuid().ShouldBe(harbour.Bob.Id);
        desk.GetProperty("member_count").GetInt32().ShouldBe(1);
        var id = desk.GetProperty("id").GetGuid();
        var owner = (await harbour.Bob.GetAsync($"/groups/{id}/members")).Rows.Single();
        owner.GetProperty("user_id").GetGuid().ShouldBe(harbour.Cy.Id);
        (await harbour.Bob.GetAsync("/groups")).Rows.ShouldBeEmpty();
        (await harbour.Bob.PostAsync($"/groups/{id}/join")).ShouldFail(403, "forbidden");
    }

    [Fact]
    public async Task Given_the_limits_When_many_create_at_once_Then_they_hold()
    {
        await using var harbour = await Harbour.OpenAsync();
        var group = (await harbour.Ada.PostAsync("/groups", harbour.Group("Open"))).Id;
        await harbour.FillChannelsAsync(group, 97);

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(n =>
                    harbour.Ada.PostAsync($"/groups/{group}/channels", new { name = $"c{n}", channel_type = "text" })
                )
        );

        answers.Count(answer => answer.Status == 200).ShouldBe(2);
        foreach (var refused in answers.Where(answer => answer.Status != 200))
            refused.ShouldFail(400, "maximum of 100 channels per group");
        (await harbour.Ada.GetAsync($"/groups/{group}/channels")).Rows.Count.ShouldBe(100);
        (
            await harbour.Ada.PostAsync(
                "/channels",
                new
                {
                    name = "x",
                    channel_type = "text",
                    group_id = group,
                }
            )
        ).ShouldFail(400, "maximum of 100 channels per group");
    }
}
