using System.Text.Json;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Spaces;

namespace Chatalot.Integration.Tests.Administration;

public sealed class ContentTests
{
    [Fact]
    public async Task When_messages_are_purged_Then_they_are_gone_for_good_and_everybody_is_told()
    {
        await using var harbour = await Harbour.OpenAsync();
        var channel = await ChannelAsync(harbour);
        await using var cy = await harbour.Cy.ConnectAsync();
        await cy.SubscribeAsync(channel);
        await using var bob = await harbour.Bob.ConnectAsync();
        await bob.SubscribeAsync(channel);
        var first = await SendAsync(bob, channel, replyTo: null);
        var own = await SendAsync(cy, channel, replyTo: first);
        var second = await SendAsync(bob, channel, replyTo: null);

        (await harbour.Bob.PostAsync($"/admin/purge/message/{first}")).ShouldFail(403, "forbidden");
        (await harbour.Ada.PostAsync($"/admin/purge/message/{Guid.NewGuid()}")).ShouldFail(404, "message not found");
        (await harbour.Ada.PostAsync($"/admin/purge/message/{first}?block_hashes=true")).Body.ShouldBe(
            """{"messages_deleted":1,"files_deleted":0,"hashes_blocked":0}"""
        );
        (await cy.NextAsync("message_deleted")).GetProperty("message_id").GetGuid().ShouldBe(first);
        foreach (var row in (await harbour.Cy.GetAsync($"/channels/{channel}/messages?root_only=true")).Rows)
            row.GetProperty("reply_to_id").ValueKind.ShouldBe(JsonValueKind.Null);
        var rest = await harbour.Ada.PostAsync($"/admin/purge/user/{harbour.Bob.Id}/messages");
        rest.Json.GetProperty("messages_deleted").GetInt32().ShouldBe(1);
        (await cy.NextAsync("message_deleted")).GetProperty("message_id").GetGuid().ShouldBe(second);
        (await harbour.Cy.GetAsync($"/channels/{channel}/messages"))
            .Rows.Single()
            .GetProperty("id")
            .GetGuid()
            .ShouldBe(own);
        (await harbour.Ada.PostAsync($"/admin/purge/channel/{channel}"))
            .Json.GetProperty("messages_deleted")
            .GetInt32()
            .ShouldBe(1);
        (await harbour.Ada.PostAsync($"/admin/purge/channel/{Guid.NewGuid()}"))
            .Json.GetProperty("messages_deleted")
            .GetInt32()
            .ShouldBe(0);
        (await harbour.Ada.PostAsync($"/admin/purge/user/{Guid.NewGuid()}/messages")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Given_somebody_who_is_promoted_while_their_messages_are_purged_Then_it_is_refused_and_all_stay()
    {
        await using var harbour = await Harbour.OpenAsync();
        var channel = await ChannelAsync(harbour);
        await using var bob = await harbour.Bob.ConnectAsync();
        var message = await SendAsync(bob, channel, replyTo: null);
        await using var promotion = await HeldTransaction.BeginAsync(
            harbour.Server.Product.Database.DataSource,
            $$"""
            select from messages where id = '{{message}}' for update;
            update mt_doc_user set data = data || '{"is_admin": true}' where id = '{{harbour.Bob.Id}}'
            """
        );

        var refused = await promotion.CommitUnderAsync(() =>
            harbour.Ada.PostAsync($"/admin/purge/user/{harbour.Bob.Id}/messages")
        );

        refused.ShouldFail(403, "forbidden");
        (await harbour.Cy.GetAsync($"/channels/{channel}/messages"))
            .Rows.Single()
            .GetProperty("id")
            .GetGuid()
            .ShouldBe(message);
    }

    [Fact]
    public async Task When_a_message_is_quarantined_Then_it_is_hidden_and_frozen_until_it_is_shown_again()
    {
        await using var harbour = await Harbour.OpenAsync();
        var channel = await ChannelAsync(harbour);
        await using var bob = await harbour.Bob.ConnectAsync();
        await bob.SubscribeAsync(channel);
        await using var cy = await harbour.Cy.ConnectAsync();
        await cy.SubscribeAsync(channel);
        var message = await SendAsync(bob, channel, replyTo: null);

        (await harbour.Ada.PostAsync($"/admin/messages/{message}/quarantine")).ShouldBeEmpty();

        (await cy.NextAsync("message_deleted")).GetProperty("message_id").GetGuid().ShouldBe(message);
        (await harbour.Cy.GetAsync($"/channels/{channel}/messages")).Rows.ShouldBeEmpty();
        (await harbour.Ada.PostAsync($"/admin/messages/{message}/quarantine")).ShouldFail(
            404,
            "message not found or already quarantined"
        );
        await bob.SendAsync(new { type = "delete_message", message_id = message });
        (await bob.NextAsync("error")).GetProperty("code").GetString().ShouldBe("not_found");
        var hidden = (await harbour.Ada.GetAsync("/admin/messages/quarantined")).Rows.Single();
        hidden.GetProperty("id").GetGuid().ShouldBe(message);
        hidden.GetProperty("quarantined_by").GetGuid().ShouldBe(harbour.Ada.Id);
        (await harbour.Ada.PostAsync($"/admin/messages/{message}/unquarantine")).ShouldBeEmpty();
        (await harbour.Cy.GetAsync($"/channels/{channel}/messages")).Rows.Count.ShouldBe(1);
        (await harbour.Ada.PostAsync($"/admin/messages/{message}/unquarantine")).ShouldFail(
            404,
            "message not found or not quarantined"
        );
    }

    [Fact]
    public async Task When_an_account_is_purged_Then_its_files_go_with_their_bytes_and_may_not_come_again()
    {
        await using var harbour = await Harbour.OpenAsync();
        var bytes = "the same words"u8.ToArray();
        var file = await harbour.Bob.UploadAsync("/files/upload", "file", bytes, "text/plain", "words.txt");
        (await harbour.Bob.UploadAsync("/files/upload", "file", bytes, "text/plain", "again.txt")).Status.ShouldBe(200);
        var report = new
        {
            report_type = "file",
            target_id = file.Id,
            reason = "rude",
        };
        (await harbour.Bob.PostAsync("/reports", report)).Status.ShouldBe(200);
        (await harbour.Cy.PostAsync("/reports", report)).ShouldFail(404, "file not found");

        var purged = await harbour.Ada.PostAsync($"/admin/purge/user/{harbour.Bob.Id}/messages?block_hashes=true");

        purged.Body.ShouldBe("""{"messages_deleted":0,"files_deleted":2,"hashes_blocked":1}""");
        (await harbour.Bob.GetAsync($"/files/{file.Id}")).ShouldFail(404, "file not found");
        (await harbour.Cy.UploadAsync("/files/upload", "file", bytes, "text/plain", "words.txt")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Given_webhooks_Then_operators_see_those_of_all_channels_without_their_tokens()
    {
        await using var harbour = await Harbour.OpenAsync();
        var channel = await ChannelAsync(harbour);
        (await harbour.Ada.PostAsync($"/channels/{channel}/webhooks", new { name = "Weather" })).Status.ShouldBe(200);

        var list = await harbour.Owner.GetAsync("/admin/webhooks?per_page=0");

        list.Json.GetProperty("total").GetInt64().ShouldBe(1);
        var webhook = list.Json.GetProperty("webhooks").EnumerateArray().Single();
        webhook.GetProperty("channel_id").GetGuid().ShouldBe(channel);
        webhook.GetProperty("active").GetBoolean().ShouldBeTrue();
        webhook.TryGetProperty("token", out _).ShouldBeFalse();
        (await harbour.Bob.GetAsync("/admin/webhooks")).ShouldFail(403, "forbidden");
    }

    internal static async Task<Guid> ChannelAsync(Harbour harbour)
    {
        (await harbour.Ada.PostAsync("/groups", harbour.Group("Boats"))).Status.ShouldBe(200);
        return (await harbour.Bob.GetAsync("/channels")).Rows.First().GetProperty("id").GetGuid();
    }

    internal static async Task<Guid> SendAsync(TestSocket socket, Guid channelId, Guid? replyTo)
    {
        await socket.SendAsync(
            new
            {
                type = "send_message",
                channel_id = channelId,
                ciphertext = new[] { 1, 2, 3 },
                nonce = Enumerable.Repeat(7, 12).ToArray(),
                message_type = "text",
                reply_to = replyTo,
            }
        );
        return (await socket.NextAsync("message_sent")).GetProperty("id").GetGuid();
    }
}
