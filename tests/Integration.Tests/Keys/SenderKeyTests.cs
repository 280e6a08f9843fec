using System.Text.Json.Nodes;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Spaces;

namespace Chatalot.Integration.Tests.Keys;

public sealed class SenderKeyTests
{
    private static readonly int[] ChainKey = [.. Enumerable.Range(0, 32)];

    [Fact]
    public async Task Given_members_When_one_uploads_Then_subscribers_get_it_unchanged_and_the_list_holds_the_last_one()
    {
        await using var harbour = await Harbour.OpenAsync();
        var channel = await OpenChannelAsync(harbour);
        await using var cy = await harbour.Cy.ConnectAsync();
        await cy.SubscribeAsync(channel);

        await harbour.Bob.PostAsync($"/channels/{channel}/sender-keys", Upload(1));
        var stored = (await harbour.Bob.PostAsync($"/channels/{channel}/sender-keys", Upload(uint.MaxValue))).Json;

        await cy.NextAsync("sender_key_updated");
        var told = await cy.NextAsync("sender_key_updated");
        foreach (var member in new[] { "channel_id", "user_id", "chain_id", "distribution" })
            told.GetProperty(member).GetRawText().ShouldBe(stored.GetProperty(member).GetRawText());
        told.GetProperty("distribution").GetProperty("chain_key").EnumerateArray().Count().ShouldBe(32);
        var row = (await harbour.Cy.GetAsync($"/channels/{channel}/sender-keys")).Rows.ShouldHaveSingleItem();
        row.GetProperty("id").GetGuid().ShouldBe(stored.GetProperty("id").GetGuid());
        row.GetProperty("user_id").GetGuid().ShouldBe(harbour.Bob.Id);
        row.GetProperty("chain_id").GetInt64().ShouldBe(uint.MaxValue);
        row.TryGetProperty("created_at", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Given_bad_distributions_or_no_membership_When_uploading_Then_refused_and_nobody_is_told()
    {
        await using var harbour = await Harbour.OpenAsync();
        var channel = await OpenChannelAsync(harbour);
        await using var bob = await harbour.Bob.ConnectAsync();
        await bob.SubscribeAsync(channel);
        var path = $"/channels/{channel}/sender-keys";

        (await harbour.Ada.PostAsync(path, Upload(1))).Status.ShouldBe(403);
        (await harbour.Ada.GetAsync(path)).Status.ShouldBe(403);
        (await harbour.Ada.PostAsync($"/channels/{Guid.NewGuid()}/sender-keys", Upload(1))).Status.ShouldBe(404);
        (await harbour.Bob.PostAsync(path, Upload(-1))).Status.ShouldBe(400);
        (await harbour.Bob.PostAsync(path, Upload(4294967296))).Status.ShouldBe(400);
        (await harbour.Bob.PostAsync(path, new { chain_id = 1 })).Status.ShouldBe(422);
        foreach (
            var distribution in new[]
            {
                "null",
                "[]",
                "\"x\"",
                "{\"chain_id\":2}",
                $"{{\"x\":\"{new string('x', 4097)}\"}}",
            }
        )
            (
                await harbour.Bob.PostAsync(path, new { chain_id = 1, distribution = JsonNode.Parse(distribution) })
            ).Status.ShouldBeOneOf(400, 422);

        (await bob.DrainAsync()).ShouldBeEmpty();
        (await harbour.Bob.GetAsync(path)).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_a_key_When_its_owner_leaves_Then_it_is_gone_and_only_those_who_stay_make_new_ones()
    {
        await using var harbour = await Harbour.OpenAsync();
        var channel = await OpenChannelAsync(harbour);
        await harbour.Cy.PostAsync($"/channels/{channel}/sender-keys", Upload(5));
        await harbour.Bob.PostAsync($"/channels/{channel}/sender-keys", Upload(6));
        await using var bob = await harbour.Bob.ConnectAsync();
        await using var cy = await harbour.Cy.ConnectAsync();
        await bob.SubscribeAsync(channel);
        await cy.SubscribeAsync(channel);

        (await harbour.Cy.PostAsync($"/channels/{channel}/leave")).ShouldBeEmpty();

        var rotation = await bob.NextAsync("sender_key_rotation_required");
        rotation.GetProperty("channel_id").GetGuid().ShouldBe(channel);
        rotation.GetProperty("reason").GetString().ShouldBe("member_left");
        await harbour.Bob.PostAsync($"/channels/{channel}/sender-keys", Upload(7));
        await bob.NextAsync("sender_key_updated");
        (await KeyFramesAsync(cy)).ShouldBeEmpty("somebody who left gets no new keys");
        var rows = (await harbour.Bob.GetAsync($"/channels/{channel}/sender-keys")).Rows;
        rows.ShouldHaveSingleItem().GetProperty("user_id").GetGuid().ShouldBe(harbour.Bob.Id);
    }

    [Fact]
    public async Task Given_a_group_When_somebody_leaves_the_community_Then_each_of_its_channels_is_told()
    {
        await using var harbour = await Harbour.OpenAsync();
        var group = (await harbour.Ada.PostAsync("/groups", harbour.Group("crew"))).Id;
        await harbour.Cy.PostAsync($"/groups/{group}/join");
        var channels = (await harbour.Ada.GetAsync($"/groups/{group}/channels"))
            .Rows.Select(row => row.GetProperty("id").GetGuid())
            .ToArray();
        await harbour.Cy.PostAsync($"/channels/{channels[0]}/sender-keys", Upload(5));
        await using var ada = await harbour.Ada.ConnectAsync();
        await ada.SubscribeAsync(channels);

        (await harbour.Cy.PostAsync($"/communities/{harbour.Community}/leave")).ShouldBeEmpty();

        foreach (var _ in channels)
            (await ada.NextAsync("sender_key_rotation_required"))
                .GetProperty("reason")
                .GetString()
                .ShouldBe("member_left");
        (await harbour.Server.Product.QueryAsync<long>("select count(*) from sender_keys")).ShouldBe(0);
    }

    [Fact]
    public async Task Given_two_processes_When_somebody_leaves_at_one_Then_subscribers_of_both_are_told_once()
    {
        await using var harbour = await Harbour.OpenAsync();
        await using var sibling = await harbour.Server.StartSiblingAsync();
        var channel = await OpenChannelAsync(harbour);
        await Eventually.HoldsAsync(() => sibling.Membership.Losses > 0, "the sibling listens to signals");
        await using var here = await harbour.Bob.ConnectAsync();
        await using var there = await harbour.Bob.At(sibling.Product).ConnectAsync();
        await here.SubscribeAsync(channel);
        await there.SubscribeAsync(channel);

        (await harbour.Cy.PostAsync($"/channels/{channel}/leave")).ShouldBeEmpty();

        await here.NextAsync("sender_key_rotation_required");
        await there.NextAsync("sender_key_rotation_required");
        (await KeyFramesAsync(here)).ShouldBeEmpty();
        (await KeyFramesAsync(there)).ShouldBeEmpty();
    }

    /// <summary>What arrived about keys.</summary>
    private static async Task<List<string>> KeyFramesAsync(TestSocket socket) =>
        [
            .. (await socket.DrainAsync())
                .Select(frame => frame.GetProperty("type").GetString()!)
                .Where(type => type.StartsWith("sender_key", StringComparison.Ordinal)),
        ];

    private static object Upload(long chainId) =>
        new
        {
            chain_id = chainId,
            distribution = new
            {
                chain_id = chainId,
                iteration = 0,
                chain_key = ChainKey,
                sender_id = new[] { 48 },
            },
        };

    /// <summary>A channel of Bob's that Cy has joined.</summary>
    private static async Task<Guid> OpenChannelAsync(Harbour harbour)
    {
        var channel = (await harbour.Bob.PostAsync("/channels", new { name = "tides", channel_type = "text" })).Id;
        (await harbour.Cy.PostAsync($"/channels/{channel}/join")).ShouldBeEmpty();
        return channel;
    }
}
