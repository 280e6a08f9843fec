using System.Text.Json;
using Chatalot.Features.Channels;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Spaces;

/// <summary>Settings, transfers and deletions.</summary>
public sealed class ChangeTests
{
    [Fact]
    public async Task Given_channel_settings_When_changed_Then_the_next_message_check_knows()
    {
        await using var harbour = await Harbour.OpenAsync();
        var id = (await harbour.Bob.PostAsync("/channels", new { name = "tides", channel_type = "text" })).Id;
        await harbour.Cy.PostAsync($"/channels/{id}/join");
        await harbour.Server.Access.FindAsync(id, harbour.Cy.Id, default);

        var changed = await harbour.Bob.PatchAsync(
            $"/channels/{id}",
            new
            {
                topic = "Photos",
                slow_mode_seconds = 10,
                read_only = true,
                message_ttl_seconds = 60,
                voice_background = "/api/files/1",
            }
        );

        changed.Json.GetProperty("name").GetString().ShouldBe("tides");
        changed.Json.GetProperty("topic").GetString().ShouldBe("Photos");
        changed.Json.GetProperty("message_ttl_seconds").GetInt32().ShouldBe(60);
        var state = (await harbour.Server.Access.FindAsync(id, harbour.Cy.Id, default))!.Channel;
        (state.ReadOnly, state.SlowModeSeconds, state.MessageTtlSeconds).ShouldBe((true, 10, 60));

        var cleared = (
            await harbour.Bob.PatchAsync(
                $"/channels/{id}",
                new
                {
                    topic = "",
                    message_ttl_seconds = 0,
                    voice_background = (string?)null,
                }
            )
        ).Json;
        cleared.GetProperty("topic").ValueKind.ShouldBe(JsonValueKind.Null);
        cleared.TryGetProperty("message_ttl_seconds", out _).ShouldBeFalse();
        cleared.TryGetProperty("voice_background", out _).ShouldBeFalse();
        cleared.GetProperty("read_only").GetBoolean().ShouldBeTrue();
        (await harbour.Bob.PatchAsync($"/channels/{id}", new { })).Json.ToString().ShouldBe(cleared.ToString());
    }

    [Fact]
    public async Task Given_people_who_may_not_Then_channel_settings_stay()
    {
        await using var harbour = await Harbour.OpenAsync();
        var id = (await harbour.Bob.PostAsync("/channels", new { name = "tides", channel_type = "text" })).Id;
        var path = $"/channels/{id}";

        (await harbour.Cy.PatchAsync(path, new { name = "" })).ShouldFail(403, "forbidden");
        (await harbour.Bob.PatchAsync(path, new { name = "" })).ShouldFail(400, "channel name must be 1-64 characters");
        (await harbour.Bob.PatchAsync(path, new { slow_mode_seconds = 86401 })).ShouldFail(
            400,
            "slow_mode_seconds must be between 0 and 86400"
        );
        (await harbour.Bob.PatchAsync(path, new { message_ttl_seconds = -1 })).ShouldFail(
            400,
            "message_ttl_seconds must be between 0 and 2592000 (30 days)"
        );
        (await harbour.Bob.PatchAsync(path, new { voice_background = "javascript:1" })).ShouldFail(
            400,
            "avatar URL must be an HTTP(S) URL or /api/ path"
        );
        (await harbour.Ada.PatchAsync(path, new { name = "weather" }))
            .Json.GetProperty("name")
            .GetString()
            .ShouldBe("weather");
        (await harbour.Ada.PatchAsync($"/channels/{Guid.NewGuid()}", new { })).ShouldFail(404, "channel not found");
    }

    [Fact]
    public async Task Given_many_changes_of_one_group_at_once_Then_none_is_lost()
    {
        await using var harbour = await Harbour.OpenAsync();
        var id = (await harbour.Ada.PostAsync("/groups", harbour.Group("Open"))).Id;

        var answers = await Task.WhenAll(
            harbour.Ada.PatchAsync($"/groups/{id}", new { name = "Rowers" }),
            harbour.Ada.PatchAsync($"/groups/{id}", new { description = "Boats" }),
            harbour.Ada.PatchAsync($"/groups/{id}", new { accent_color = "#0a7d5c80" }),
            harbour.Ada.PatchAsync($"/groups/{id}", new { discoverable = false })
        );

        answers.ShouldAllBe(answer => answer.Status == 200);
        var group = (await harbour.Ada.GetAsync($"/groups/{id}")).Json;
        group.GetProperty("name").GetString().ShouldBe("Rowers");
        group.GetProperty("description").GetString().ShouldBe("Boats");
        group.GetProperty("accent_color").GetString().ShouldBe("#0a7d5c80");
        group.GetProperty("discoverable").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Given_group_settings_Then_rules_and_ranks_hold()
    {
        await using var harbour = await Harbour.OpenAsync();
        var id = (await harbour.Ada.PostAsync("/groups", harbour.Group("Open"))).Id;
        var path = $"/groups/{id}";

        (await harbour.Bob.PatchAsync(path, new { name = "x" })).ShouldFail(403, "forbidden");
        (await harbour.Ada.PatchAsync(path, new { name = "" })).ShouldFail(400, "group name must be 1–64 characters");
        (await harbour.Ada.PatchAsync(path, new { accent_color = "red" })).ShouldFail(
            400,
            "accent_color must be a hex color (e.g. #ff0000)"
        );
        (await harbour.Ada.PatchAsync(path, new { accent_color = "#fff\n" })).Status.ShouldBe(400);
        (await harbour.Ada.PatchAsync(path, new { icon_url = "https://tracker.example/p.png" })).Status.ShouldBe(400);
        (await harbour.Ada.PatchAsync(path, new { icon_url = "/api/group-assets/a.png\n" })).Status.ShouldBe(400);
        (await harbour.Ada.PatchAsync(path, new { accent_color = "" })).Status.ShouldBe(200);
        (await harbour.Ada.PatchAsync(path, new { visibility = "private" })).Status.ShouldBe(200);
        (await harbour.Bob.GetAsync(path)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Given_a_transfer_by_the_instance_owner_Then_there_is_one_owner_and_nobody_else_changes()
    {
        await using var harbour = await Harbour.OpenAsync();
        var path = $"/communities/{harbour.Community}";

        (await harbour.Bob.PostAsync($"{path}/transfer-ownership", new { new_owner_id = harbour.Bob.Id })).ShouldFail(
            403,
            "forbidden"
        );
        (await harbour.Owner.PostAsync($"{path}/transfer-ownership", new { new_owner_id = Guid.NewGuid() })).ShouldFail(
            400,
            "target user must be a member of this community"
        );
        (
            await harbour.Owner.PostAsync($"{path}/transfer-ownership", new { new_owner_id = harbour.Bob.Id })
        ).ShouldBeEmpty();

        (await harbour.Bob.GetAsync(path)).Json.GetProperty("owner_id").GetGuid().ShouldBe(harbour.Bob.Id);
        Roles(await harbour.Bob.GetAsync($"{path}/members")).ShouldBe(["owner", "admin", "member"]);
        (await harbour.Bob.PostAsync($"{path}/leave")).ShouldFail(
            400,
            "owner cannot leave; transfer ownership or delete the community instead"
        );
    }

    [Fact]
    public async Task Given_two_transfers_at_once_Then_there_is_still_one_owner()
    {
        await using var harbour = await Harbour.OpenAsync();
        var id = (await harbour.Bob.PostAsync("/channels", new { name = "tides", channel_type = "text" })).Id;
        await harbour.Cy.PostAsync($"/channels/{id}/join");
        await harbour.Ada.PostAsync($"/channels/{id}/join");

        await Task.WhenAll(
            harbour.Bob.PostAsync($"/channels/{id}/transfer-ownership", new { new_owner_id = harbour.Cy.Id }),
            harbour.Bob.PostAsync($"/channels/{id}/transfer-ownership", new { new_owner_id = harbour.Ada.Id })
        );

        Roles(await harbour.Bob.GetAsync($"/channels/{id}/members")).ShouldBe(["owner", "admin", "member"]);
    }

    [Fact]
    public async Task Given_a_group_transfer_Then_the_new_owner_may_delete_it_and_its_channels_end()
    {
        await using var harbour = await Harbour.OpenAsync();
        var id = (await harbour.Ada.PostAsync("/groups", harbour.Group("Open"))).Id;
        var general = (await harbour.Bob.GetAsync("/channels")).Rows.Single().GetProperty("id").GetGuid();
        await harbour.Server.Access.FindAsync(general, harbour.Cy.Id, default);
        var told = new List<MembershipChange>();
        harbour.Server.Membership.Changed += told.Add;

        (await harbour.Bob.DeleteAsync($"/groups/{id}")).ShouldFail(403, "forbidden");
        (
            await harbour.Ada.PostAsync($"/groups/{id}/transfer-ownership", new { new_owner_id = harbour.Bob.Id })
        ).ShouldBeEmpty();
        (await harbour.Bob.DeleteAsync($"/groups/{id}")).ShouldBeEmpty();

        (await harbour.Ada.GetAsync($"/groups/{id}")).ShouldFail(404, "group not found");
        (await harbour.Server.Access.FindAsync(general, harbour.Cy.Id, default)).ShouldBeNull();
        var change = told.ShouldHaveSingleItem();
        change.Kind.ShouldBe(MembershipChangeKind.Lost);
        change.ChannelIds.ShouldBe([general]);
        change.UserId.ShouldBeNull();
    }

    [Fact]
    public async Task Given_a_community_When_left_or_deleted_Then_everything_in_it_goes_with_it()
    {
        await using var harbour = await Harbour.OpenAsync();
        await harbour.Ada.PostAsync("/groups", harbour.Group("Open"));
        var general = (await harbour.Bob.GetAsync("/channels")).Rows.Single().GetProperty("id").GetGuid();
        await harbour.Server.Access.FindAsync(general, harbour.Bob.Id, default);

        (await harbour.Bob.PostAsync($"/communities/{harbour.Community}/leave")).ShouldBeEmpty();

        (await harbour.Server.Access.FindAsync(general, harbour.Bob.Id, default)).ShouldBeNull();
        (await harbour.Bob.GetAsync("/communities")).Rows.ShouldBeEmpty();
        (await harbour.Bob.GetAsync("/channels")).Rows.ShouldBeEmpty();
        (await harbour.Ada.GetAsync($"/communities/{harbour.Community}"))
            .Json.GetProperty("member_count")
            .GetInt32()
            .ShouldBe(2);
        (await harbour.Ada.GetAsync("/groups")).Rows.Single().GetProperty("member_count").GetInt32().ShouldBe(2);

        (await harbour.Cy.DeleteAsync($"/communities/{harbour.Community}")).ShouldFail(403, "forbidden");
        (await harbour.Ada.DeleteAsync($"/communities/{harbour.Community}")).ShouldBeEmpty();
        (await harbour.Ada.DeleteAsync($"/communities/{harbour.Community}")).ShouldFail(404, "community not found");
        (await harbour.Cy.GetAsync("/channels")).Rows.ShouldBeEmpty();
        (await harbour.Server.Access.FindAsync(general, harbour.Cy.Id, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Given_a_group_channel_Then_group_admins_change_and_delete_it_through_its_own_group_only()
    {
        await using var harbour = await Harbour.OpenAsync();
        var group = (await harbour.Ada.PostAsync("/groups", harbour.Group("Open"))).Id;
        var other = (await harbour.Ada.PostAsync("/groups", harbour.Group("Other"))).Id;
        var general = (await harbour.Ada.GetAsync($"/groups/{group}/channels")).Rows[0].GetProperty("id").GetGuid();

        (await harbour.Bob.PatchAsync($"/groups/{group}/channels/{general}", new { name = "x" })).ShouldFail(
            403,
            "forbidden"
        );
        (await harbour.Ada.PatchAsync($"/groups/{other}/channels/{general}", new { name = "x" })).ShouldFail(
            403,
            "forbidden"
        );
        (await harbour.Ada.PatchAsync($"/groups/{group}/channels/{general}", new { archived = true }))
            .Json.GetProperty("archived")
            .GetBoolean()
            .ShouldBeTrue();
        (await harbour.Ada.DeleteAsync($"/groups/{other}/channels/{general}")).ShouldFail(403, "forbidden");
        (await harbour.Ada.DeleteAsync($"/groups/{group}/channels/{Guid.NewGuid()}")).ShouldFail(
            404,
            "channel not found"
        );
        (await harbour.Ada.DeleteAsync($"/groups/{group}/channels/{general}")).ShouldBeEmpty();
        (await harbour.Ada.GetAsync($"/groups/{group}/channels")).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_a_group_invite_Then_it_lets_community_members_into_a_private_group_as_often_as_it_says()
    {
        await using var harbour = await Harbour.OpenAsync();
        var stranger = await harbour.Server.RegisterAsync("stranger");
        var group = (await harbour.Ada.PostAsync("/groups", harbour.Group("Secret", "private"))).Id;
        var path = $"/groups/{group}/invites";
        (await harbour.Bob.PostAsync(path)).ShouldFail(404, "group not found");
        var invite = (await harbour.Ada.PostAsync(path, new { max_uses = 1 })).Json;
        var code = invite.GetProperty("code").GetString();

        (await stranger.GetAsync($"/invites/{code}")).Json.GetProperty("group_name").GetString().ShouldBe("Secret");
        (await stranger.PostAsync($"/invites/{code}/accept")).ShouldFail(
            400,
            "you must be a member of this community to join this group"
        );
        (await harbour.Bob.PostAsync($"/invites/{code}/accept")).Json.GetProperty("group_id").GetGuid().ShouldBe(group);
        (await harbour.Cy.PostAsync($"/invites/{code}/accept")).ShouldFail(400, "invite fully used");
        (await harbour.Cy.GetAsync($"/invites/{code}")).ShouldFail(404, "invite fully used");
        (await harbour.Bob.GetAsync("/channels")).Rows.Count.ShouldBe(1);
        (await harbour.Ada.GetAsync(path)).Rows.Single().GetProperty("used_count").GetInt32().ShouldBe(1);
        (await harbour.Ada.DeleteAsync($"{path}/{invite.GetProperty("id").GetGuid()}")).ShouldBeEmpty();
    }

    private static List<string?> Roles(Answer members) =>
        members.Rows.ConvertAll(row => row.GetProperty("role").GetString());
}
