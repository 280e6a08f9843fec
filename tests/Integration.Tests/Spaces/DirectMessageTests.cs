using Chatalot.Integration.Tests.Messages;

namespace Chatalot.Integration.Tests.Spaces;

public sealed class DirectMessageTests
{
    [Fact]
    public async Task Given_two_who_open_it_at_once_Then_both_get_the_one_channel_and_each_sees_the_other()
    {
        await using var harbour = await Harbour.OpenAsync();

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(i =>
                    i % 2 == 0
                        ? harbour.Bob.PostAsync("/dms", new { target_user_id = harbour.Cy.Id })
                        : harbour.Cy.PostAsync("/dms", new { target_user_id = harbour.Bob.Id })
                )
        );

        var channel = answers
            .Select(answer => answer.Json.GetProperty("channel").GetProperty("id").GetGuid())
            .Distinct()
            .Single();
        var row = (await harbour.Bob.GetAsync("/dms")).Rows.Single();
        row.ToString().ShouldBe(answers[0].Json.ToString());
        row.GetProperty("other_user").GetProperty("username").GetString().ShouldBe("cy");
        row.GetProperty("channel").GetProperty("channel_type").GetString().ShouldBe("dm");
        row.GetProperty("channel").GetProperty("name").GetString().ShouldBeNull();
        (await harbour.Cy.GetAsync("/dms"))
            .Rows.Single()
            .GetProperty("other_user")
            .GetProperty("username")
            .GetString()
            .ShouldBe("bob");
        (await harbour.Ada.GetAsync($"/channels/{channel}")).ShouldFail(404, "channel not found");
        (await harbour.Ada.PostAsync($"/channels/{channel}/join")).ShouldFail(404, "channel not found");
        (await harbour.Owner.PostAsync($"/channels/{channel}/members/{harbour.Bob.Id}/kick")).ShouldFail(
            404,
            "channel not found"
        );
        (await harbour.Bob.PostAsync($"/channels/{channel}/leave")).ShouldFail(400, "direct messages cannot be left");
        (await harbour.Bob.DeleteAsync($"/channels/{channel}")).ShouldFail(403, "forbidden");
    }

    [Fact]
    public async Task Refusals_come_in_the_order_of_the_contract()
    {
        await using var harbour = await Harbour.OpenAsync();
        var stranger = await harbour.Server.RegisterAsync("stranger");

        (await harbour.Bob.PostAsync("/dms", new { target_user_id = harbour.Bob.Id })).ShouldFail(
            400,
            "cannot DM yourself"
        );
        (await harbour.Bob.PostAsync("/dms", new { target_user_id = Guid.NewGuid() })).ShouldFail(
            404,
            "user not found"
        );
        (await harbour.Bob.PostAsync("/dms", new { target_user_id = stranger.Id })).ShouldFail(403, "forbidden");
        (await stranger.PostAsync("/dms", new { target_user_id = harbour.Owner.Id })).ShouldFail(403, "forbidden");
        (await harbour.Owner.PostAsync("/dms", new { target_user_id = stranger.Id })).Status.ShouldBe(200);
        await harbour.Cy.PostAsync("/users/block", new { user_id = harbour.Bob.Id });
        (await harbour.Bob.PostAsync("/dms", new { target_user_id = harbour.Cy.Id })).ShouldFail(
            400,
            "cannot create DM with this user"
        );
    }

    [Fact]
    public async Task Given_a_channel_that_the_owner_opened_with_a_stranger_Then_both_find_it_both_write_and_a_block_binds_both()
    {
        await using var harbour = await Harbour.OpenAsync();
        var stranger = await harbour.Server.RegisterAsync("stranger");
        var asked = (await harbour.Owner.PostAsync("/dms", new { target_user_id = stranger.Id })).Json;
        var channel = asked.GetProperty("channel").GetProperty("id").GetGuid();

        var found = (await stranger.PostAsync("/dms", new { target_user_id = harbour.Owner.Id })).Json;

        found.GetProperty("channel").GetProperty("id").GetGuid().ShouldBe(channel);
        await using var owner = await harbour.Owner.ConnectAsync();
        await using var other = await stranger.ConnectAsync();
        await other.PostAsync(channel, "what is it?");
        await owner.PostAsync(channel, "the answer");

        (await stranger.PostAsync("/users/block", new { user_id = harbour.Owner.Id })).ShouldBeEmpty();
        await owner.SendAsync(Talk.Message(channel, "more"));
        await owner.NextErrorAsync("blocked");
        await other.SendAsync(Talk.Message(channel, "no"));
        await other.NextErrorAsync("blocked");
        foreach (var (one, another) in new[] { (harbour.Owner, stranger), (stranger, harbour.Owner) })
        {
            (await one.PostAsync("/dms", new { target_user_id = another.Id })).ShouldFail(
                400,
                "cannot create DM with this user"
            );
            (await one.GetAsync($"/keys/{another.Id}/bundle")).ShouldFail(404, "key bundle not found");
        }
    }
}
