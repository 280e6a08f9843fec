using System.Text.Json;
using Chatalot.Features.Channels;

namespace Chatalot.Integration.Tests.Spaces;

public sealed class ChannelTests
{
    [Fact]
    public async Task Given_a_standalone_channel_Then_others_join_and_leave_and_its_owner_stays()
    {
        await using var harbour = await Harbour.OpenAsync();
        var told = new List<MembershipChange>();
        harbour.Server.Membership.Changed += told.Add;

        var channel = (
            await harbour.Bob.PostAsync(
                "/channels",
                new
                {
                    name = " tides ",
                    channel_type = "text",
                    topic = "",
                }
            )
        ).Json;
        var id = channel.GetProperty("id").GetGuid();

        channel.GetProperty("name").GetString().ShouldBe("tides");
        channel.GetProperty("topic").ValueKind.ShouldBe(JsonValueKind.Null);
        channel.GetProperty("group_id").ValueKind.ShouldBe(JsonValueKind.Null);
        channel.GetProperty("channel_type").GetString().ShouldBe("text");
        channel.TryGetProperty("voice_background", out _).ShouldBeFalse();
        (await harbour.Cy.GetAsync($"/channels/{id}")).ShouldFail(403, "forbidden");
        (await harbour.Cy.PostAsync($"/channels/{id}/join")).ShouldBeEmpty();
        (await harbour.Cy.GetAsync($"/channels/{id}")).Json.ToString().ShouldBe(channel.ToString());
        (await harbour.Bob.GetAsync($"/channels/{id}/members"))
            .Rows.ConvertAll(row => row.GetProperty("display_name").GetString())
            .ShouldBe(["BOB", "CY"]);
        (await harbour.Server.Access.MemberOfAsync(harbour.Cy.Id, [id, Guid.NewGuid()], default)).ShouldBe([id]);
        (await harbour.Cy.PostAsync($"/channels/{id}/leave")).ShouldBeEmpty();
        (await harbour.Cy.PostAsync($"/channels/{id}/leave")).ShouldBeEmpty();
        (await harbour.Bob.PostAsync($"/channels/{id}/leave")).ShouldFail(
            400,
            "owner cannot leave; transfer ownership or delete the channel instead"
        );
        told.ConvertAll(change => change.Kind)
            .ShouldBe([MembershipChangeKind.Gained, MembershipChangeKind.Gained, MembershipChangeKind.Lost]);
    }

    [Fact]
    public async Task Given_a_hidden_channel_Then_strangers_do_not_learn_of_it()
    {
        await using var harbour = await Harbour.OpenAsync();
        var id = (
            await harbour.Bob.PostAsync(
                "/channels",
                new
                {
                    name = "tides",
                    channel_type = "voice",
                    discoverable = false,
                }
            )
        ).Id;

        foreach (var stranger in new[] { harbour.Cy, harbour.Ada, harbour.Owner })
        {
            (await stranger.GetAsync($"/channels/{id}")).ShouldFail(404, "channel not found");
            (await stranger.PostAsync($"/channels/{id}/join")).ShouldFail(404, "channel not found");
            (await stranger.GetAsync($"/channels/{id}/members")).ShouldFail(404, "channel not found");
        }
        (await harbour.Bob.PostAsync($"/channels/{id}/join")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_a_channel_of_a_group_that_they_may_not_know_Then_owners_of_other_groups_do_not_find_it()
    {
        await using var harbour = await Harbour.OpenAsync();
        var (_, secret) = await harbour.OpenGroupAsync("Secret", "private");
        await harbour.Ada.PatchAsync($"/communities/{harbour.Community}", new { who_can_create_groups = "everyone" });
        var own = (await harbour.Bob.PostAsync("/groups", harbour.Group("Mine"))).Id;
        var path = $"/groups/{own}/channels/{secret}";

        (await harbour.Bob.PatchAsync(path, new { name = "x" })).ShouldFail(404, "channel not found");
        (await harbour.Bob.DeleteAsync(path)).ShouldFail(404, "channel not found");
        (await harbour.Bob.UploadAsync($"{path}/voice-background", "background", [1], "image/png")).ShouldFail(
            404,
            "channel not found"
        );
    }

    [Fact]
    public async Task Given_many_joins_of_one_person_at_once_Then_there_is_one_membership()
    {
        await using var harbour = await Harbour.OpenAsync();
        var id = (await harbour.Bob.PostAsync("/channels", new { name = "tides", channel_type = "text" })).Id;
        var gained = 0;
        harbour.Server.Membership.Changed += _ => Interlocked.Increment(ref gained);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => harbour.Cy.PostAsync($"/channels/{id}/join"))
        );

        answers.ShouldAllBe(answer => answer.Status == 200);
        gained.ShouldBe(1);
        (await harbour.Bob.GetAsync($"/channels/{id}/members")).Rows.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("""{"name":"x"}""", 422)]
    [InlineData("""{"name":"x","channel_type":3}""", 422)]
    [InlineData("""{"name":"x","channel_type":"dm"}""", 400)]
    [InlineData("""{"name":"","channel_type":"text"}""", 400)]
    public async Task Given_a_bad_body_Then_it_is_refused(string body, int status)
    {
        await using var harbour = await Harbour.OpenAsync();

        (await harbour.Bob.PostAsync("/channels", JsonDocument.Parse(body).RootElement)).Status.ShouldBe(status);
    }

    [Fact]
    public async Task Given_an_id_that_is_none_Then_400()
    {
        await using var harbour = await Harbour.OpenAsync();

        (await harbour.Bob.GetAsync("/channels/nonsense")).Status.ShouldBe(400);
    }
}
