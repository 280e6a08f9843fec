namespace Chatalot.Integration.Tests.Spaces;

public sealed class ModerationTests
{
    [Fact]
    public async Task Given_a_kick_from_the_community_Then_the_member_hears_it_everywhere_and_nothing_more()
    {
        await using var harbour = await Harbour.OpenAsync();
        var (group, channel) = await harbour.OpenGroupAsync("Open");
        await using var bob = await harbour.Bob.ConnectAsync();
        await using var cy = await harbour.Cy.ConnectAsync();
        await bob.SubscribeAsync(channel);
        await cy.SubscribeAsync(channel);

        (await harbour.Ada.DeleteAsync($"/communities/{harbour.Community}/members/{harbour.Bob.Id}")).ShouldBeEmpty();

        (await bob.NextAsync("group_deleted")).GetProperty("group_id").GetGuid().ShouldBe(group);
        await bob.NextAsync("community_deleted");
        (await cy.NextAsync("member_left")).GetProperty("user_id").GetGuid().ShouldBe(harbour.Bob.Id);
        await cy.SendAsync(Message(channel));
        await cy.NextAsync("message_sent");
        (await bob.DrainAsync()).ShouldNotContain(frame => frame.GetProperty("type").GetString() == "new_message");
        (await harbour.Bob.GetAsync($"/channels/{channel}")).Status.ShouldBe(404);
        (await harbour.Bob.GetAsync($"/communities/{harbour.Community}")).Status.ShouldBe(403);
        (await harbour.Bob.GetAsync("/communities")).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_a_ban_Then_no_invite_and_no_join_undoes_it_until_it_is_lifted()
    {
        await using var harbour = await Harbour.OpenAsync();
        var bans = $"/communities/{harbour.Community}/bans";
        await harbour.OpenGroupAsync("Open");
        var code = (await harbour.Ada.PostAsync($"/communities/{harbour.Community}/invites")).Json;
        var accept = $"/community-invites/{code.GetProperty("code").GetString()}/accept";

        (await harbour.Ada.PostAsync($"{bans}/{harbour.Bob.Id}", new { reason = " rude " })).ShouldBeEmpty();
        (await harbour.Ada.PostAsync($"{bans}/{harbour.Bob.Id}", new { reason = "again" })).ShouldBeEmpty();
        await harbour.ExecuteAsync("update community_bans set created_at = '2031-04-05 06:07:08.12+00'");

        (await harbour.Bob.PostAsync(accept)).ShouldFail(403, "forbidden");
        var row = (await harbour.Ada.GetAsync(bans)).Rows.Single();
        row.GetProperty("reason").GetString().ShouldBe("rude");
        row.GetProperty("created_at").GetString().ShouldBe("2031-04-05T06:07:08.120000Z");
        (await harbour.Bob.GetAsync(bans)).Status.ShouldBe(403);
        (await harbour.Ada.DeleteAsync($"{bans}/{harbour.Bob.Id}")).ShouldBeEmpty();
        (await harbour.Ada.DeleteAsync($"{bans}/{harbour.Bob.Id}")).ShouldFail(404, "ban not found");
        (await harbour.Bob.PostAsync(accept)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Refusals_of_kick_and_ban_come_in_the_order_of_the_contract()
    {
        await using var harbour = await Harbour.OpenAsync();
        var members = $"/communities/{harbour.Community}/members";
        var bans = $"/communities/{harbour.Community}/bans";

        (await harbour.Bob.DeleteAsync($"{members}/{harbour.Cy.Id}")).ShouldFail(403, "forbidden");
        (await harbour.Ada.DeleteAsync($"{members}/{harbour.Ada.Id}")).ShouldFail(
            400,
            "you cannot kick yourself; use leave instead"
        );
        (await harbour.Ada.DeleteAsync($"{members}/{Guid.NewGuid()}")).ShouldFail(404, "member not found");
        (await harbour.Owner.DeleteAsync($"{members}/{harbour.Ada.Id}")).ShouldFail(
            400,
            "the owner cannot be removed; transfer ownership first"
        );
        (await harbour.Ada.PostAsync($"{bans}/{harbour.Ada.Id}")).ShouldFail(400, "you cannot ban yourself");
        (await harbour.Ada.PostAsync($"{bans}/{Guid.NewGuid()}")).ShouldFail(404, "user not found");
        (await harbour.Ada.PostAsync($"{bans}/{harbour.Owner.Id}")).ShouldFail(403, "forbidden");
        (await harbour.Ada.PostAsync($"{bans}/{harbour.Bob.Id}", new { reason = new string('x', 501) })).ShouldFail(
            400,
            "reason must be at most 500 characters"
        );
    }

    [Fact]
    public async Task Given_a_channel_ban_Then_leaving_and_joining_the_group_does_not_undo_it()
    {
        await using var harbour = await Harbour.OpenAsync();
        var (group, channel) = await harbour.OpenGroupAsync("Open");
        await using var bob = await harbour.Bob.ConnectAsync();
        await using var cy = await harbour.Cy.ConnectAsync();
        await cy.SubscribeAsync(channel);

        (
            await harbour.Ada.PostAsync($"/channels/{channel}/members/{harbour.Bob.Id}/ban", new { reason = "rude" })
        ).ShouldBeEmpty();

        foreach (var socket in new[] { bob, cy })
        {
            var frame = await socket.NextAsync("member_banned");
            frame.GetProperty("user_id").GetGuid().ShouldBe(harbour.Bob.Id);
            frame.GetProperty("banned_by").GetGuid().ShouldBe(harbour.Ada.Id);
        }
        (await harbour.Bob.PostAsync($"/channels/{channel}/join")).ShouldFail(403, "forbidden");
        await harbour.Bob.PostAsync($"/groups/{group}/leave");
        await harbour.Bob.PostAsync($"/groups/{group}/join");
        (await harbour.Bob.GetAsync($"/channels/{channel}")).ShouldFail(403, "forbidden");
        (await harbour.Ada.GetAsync($"/channels/{channel}/bans"))
            .Rows.Single()
            .GetProperty("reason")
            .GetString()
            .ShouldBe("rude");
        (await harbour.Ada.PostAsync($"/channels/{channel}/members/{harbour.Bob.Id}/unban")).ShouldBeEmpty();
        (await harbour.Bob.PostAsync($"/channels/{channel}/join")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_a_timeout_Then_standing_says_so_until_it_is_lifted_by_somebody_who_may()
    {
        await using var harbour = await Harbour.OpenAsync();
        var (_, channel) = await harbour.OpenGroupAsync("Open");
        var path = $"/communities/{harbour.Community}/channels/{channel}/timeout";
        await using var bob = await harbour.Bob.ConnectAsync();
        await using var cy = await harbour.Cy.ConnectAsync();
        await cy.SubscribeAsync(channel);
        (await harbour.Server.Access.FindAsync(channel, harbour.Bob.Id, default))!.TimedOutUntil.ShouldBeNull();

        var timeout = (
            await harbour.Ada.PostAsync(
                path,
                new
                {
                    user_id = harbour.Bob.Id,
                    duration_seconds = 60,
                    reason = " calm ",
                }
            )
        ).Json;

        timeout.GetProperty("reason").GetString().ShouldBe("calm");
        timeout.GetProperty("issued_by").GetGuid().ShouldBe(harbour.Ada.Id);
        (await bob.NextAsync("user_timed_out")).GetProperty("reason").GetString().ShouldBe("calm");
        (await cy.DrainAsync()).ShouldNotContain(frame => frame.GetProperty("type").GetString() == "user_timed_out");
        var standing = (await harbour.Server.Access.FindAsync(channel, harbour.Bob.Id, default))!;
        standing.SecondsTimedOut(harbour.Server.Product.Clock.GetUtcNow()).ShouldBeInRange(1, 60);
        await bob.SendAsync(Message(channel));
        (await bob.NextErrorAsync("timed_out"))
            .GetProperty("message")
            .GetString()!
            .ShouldStartWith("you are timed out for ");
        (await harbour.Bob.DeleteAsync($"{path}/{harbour.Bob.Id}")).ShouldFail(403, "forbidden");
        await harbour.ExecuteAsync(
            $"update community_members set role = 1 where user_id in ('{harbour.Bob.Id}', '{harbour.Cy.Id}')"
        );
        (await harbour.Bob.DeleteAsync($"{path}/{harbour.Bob.Id}")).ShouldFail(403, "forbidden");
        (await harbour.Cy.DeleteAsync($"{path}/{harbour.Bob.Id}")).ShouldFail(403, "forbidden");
        (await harbour.Ada.DeleteAsync($"{path}/{harbour.Bob.Id}")).ShouldBeEmpty();
        (await harbour.Ada.DeleteAsync($"{path}/{harbour.Bob.Id}")).ShouldFail(404, "no active timeout found");
        (await harbour.Server.Access.FindAsync(channel, harbour.Bob.Id, default))!.TimedOutUntil.ShouldBeNull();
    }

    [Fact]
    public async Task Given_a_timeout_by_somebody_above_Then_a_moderator_does_not_replace_it_by_a_shorter_one()
    {
        await using var harbour = await Harbour.OpenAsync();
        var (_, channel) = await harbour.OpenGroupAsync("Open");
        var path = $"/communities/{harbour.Community}/channels/{channel}/timeout";
        await harbour.ExecuteAsync($"update community_members set role = 1 where user_id = '{harbour.Cy.Id}'");
        var (aMinute, aDay) = (Of(60), Of(86_400));
        (await harbour.Cy.PostAsync(path, aMinute)).Status.ShouldBe(200);
        (await harbour.Ada.PostAsync(path, aDay)).Status.ShouldBe(200);

        (await harbour.Cy.PostAsync(path, aMinute)).ShouldFail(403, "forbidden");

        (await harbour.Cy.DeleteAsync($"{path}/{harbour.Bob.Id}")).ShouldFail(403, "forbidden");
        (await harbour.Ada.PostAsync(path, aMinute)).Status.ShouldBe(200);
        harbour.Server.Product.Clock.Advance(TimeSpan.FromMinutes(2));
        (await harbour.Cy.PostAsync(path, aMinute)).Status.ShouldBe(200);

        object Of(int seconds) => new { user_id = harbour.Bob.Id, duration_seconds = seconds };
    }

    [Fact]
    public async Task Warnings_count_up_and_both_routes_answer_in_their_own_shape()
    {
        await using var harbour = await Harbour.OpenAsync();
        var (_, channel) = await harbour.OpenGroupAsync("Open");
        var path = $"/communities/{harbour.Community}/channels/{channel}";
        var body = new { user_id = harbour.Bob.Id, reason = "be kind" };
        await using var bob = await harbour.Bob.ConnectAsync();

        var bare = (await harbour.Ada.PostAsync($"{path}/warn", body)).Json;
        var counted = (await harbour.Ada.PostAsync($"{path}/warnings", body)).Json;

        bare.GetProperty("reason").GetString().ShouldBe("be kind");
        counted.GetProperty("warning_count").GetInt32().ShouldBe(2);
        counted.GetProperty("warning").GetProperty("user_id").GetGuid().ShouldBe(harbour.Bob.Id);
        (await bob.NextAsync("user_warned")).GetProperty("warning_count").GetInt32().ShouldBe(1);
        (await harbour.Ada.GetAsync($"{path}/warnings/{harbour.Bob.Id}")).Rows.Count.ShouldBe(2);
        (await harbour.Ada.PostAsync($"{path}/warn", body with { reason = "  " })).ShouldFail(
            400,
            "reason must be 1-1000 characters"
        );
        (await harbour.Ada.PostAsync($"{path}/warn", body with { user_id = harbour.Owner.Id })).ShouldFail(
            403,
            "forbidden"
        );
        (
            await harbour.Ada.PostAsync($"/communities/{harbour.Community}/channels/{Guid.NewGuid()}/warn", body)
        ).ShouldFail(404, "channel not found in this community");
        (await harbour.Bob.PostAsync($"{path}/warn", body)).ShouldFail(403, "forbidden");
    }

    [Fact]
    public async Task Moderators_read_who_did_what_to_whom_and_why_and_others_do_not()
    {
        await using var harbour = await Harbour.OpenAsync();
        await harbour.ExecuteAsync($"update community_members set role = 1 where user_id = '{harbour.Bob.Id}'");
        var log = $"/communities/{harbour.Community}/moderation-log";

        await harbour.Bob.PostAsync($"/communities/{harbour.Community}/bans/{harbour.Cy.Id}", new { reason = "rude" });

        var entry = (await harbour.Bob.GetAsync(log)).Rows[0];
        entry.GetProperty("action").GetString().ShouldBe("community_ban");
        entry.GetProperty("actor_username").GetString().ShouldBe("bob");
        entry.GetProperty("target_username").GetString().ShouldBe("cy");
        entry.GetProperty("reason").GetString().ShouldBe("rude");
        entry.TryGetProperty("ip_address", out _).ShouldBeFalse();
        (await harbour.Cy.GetAsync(log)).ShouldFail(403, "forbidden");
        (await harbour.Bob.GetAsync($"{log}?before={entry.GetProperty("id").GetGuid()}")).Rows.ShouldNotContain(row =>
            row.GetProperty("action").GetString() == "community_ban"
        );
    }

    [Fact]
    public async Task Given_the_owner_of_a_group_leaves_the_community_Then_the_next_member_owns_it()
    {
        await using var harbour = await Harbour.OpenAsync();
        await harbour.ExecuteAsync($"update community_members set role = 2 where user_id = '{harbour.Bob.Id}'");
        var group = (await harbour.Bob.PostAsync("/groups", harbour.Group("Crew"))).Id;

        (await harbour.Bob.PostAsync($"/communities/{harbour.Community}/leave")).ShouldBeEmpty();

        var owner = (await harbour.Ada.GetAsync($"/groups/{group}/members")).Rows[0];
        owner.GetProperty("role").GetString().ShouldBe("owner");
        (await harbour.Ada.GetAsync($"/groups/{group}"))
            .Json.GetProperty("owner_id")
            .GetGuid()
            .ShouldBe(owner.GetProperty("user_id").GetGuid());
    }

    private static object Message(Guid channel) =>
        new
        {
            type = "send_message",
            channel_id = channel,
            ciphertext = new[] { 1 },
            nonce = new[] { 1 },
            message_type = "text",
        };
}
