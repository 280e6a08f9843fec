using System.Text.Json;
using Chatalot.Features.Maintenance;
using Chatalot.Features.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Texts;

public sealed class PinTests
{
    [Fact]
    public async Task Given_a_message_When_a_moderator_pins_and_unpins_Then_the_channel_is_told()
    {
        await using var quay = await Quay.OpenAsync();
        var message = await quay.SayAsync(quay.Bob, "low water at six");
        await using var listener = await quay.ListenAsync(quay.Ada);
        var path = $"/channels/{quay.Channel}/pins";

        (await quay.Bob.PostAsync($"{path}/{message}")).ShouldFail(403, "forbidden");
        (await quay.Ada.PostAsync($"{path}/{Guid.NewGuid()}")).ShouldFail(404, "message not found");
        (await quay.Ada.PostAsync($"{path}/{message}")).ShouldBeEmpty();
        (await quay.Ada.PostAsync($"{path}/{message}")).ShouldFail(409, "message is already pinned");

        var told = await listener.NextAsync("message_pinned");
        told.GetProperty("message_id").GetGuid().ShouldBe(message);
        told.GetProperty("pinned_by").GetGuid().ShouldBe(quay.Ada.Id);
        var pin = (await quay.Bob.GetAsync(path)).Rows.Single();
        pin.GetProperty("id").GetGuid().ShouldBe(message);
        pin.GetProperty("sender_id").GetGuid().ShouldBe(quay.Bob.Id);
        pin.GetProperty("edited_at").ValueKind.ShouldBe(JsonValueKind.Null);
        pin.GetProperty("pinned_at").GetString().ShouldBe(told.GetProperty("pinned_at").GetString());
        (await quay.Cy.GetAsync(path)).ShouldFail(403, "forbidden");

        (await quay.Owner.DeleteAsync($"{path}/{message}")).ShouldBeEmpty();
        (await quay.Ada.DeleteAsync($"{path}/{message}")).ShouldFail(404, "pin not found");
        (await listener.NextAsync("message_unpinned")).GetProperty("channel_id").GetGuid().ShouldBe(quay.Channel);
    }

    [Fact]
    public async Task Given_another_channel_Then_a_moderator_there_neither_pins_nor_unpins_here()
    {
        await using var quay = await Quay.OpenAsync();
        var message = await quay.SayAsync(quay.Bob, "hello");
        var other = await Quay.OpenChannelAsync(quay.Cy, "elsewhere");
        await quay.Ada.PostAsync($"/channels/{quay.Channel}/pins/{message}");

        (await quay.Cy.PostAsync($"/channels/{other}/pins/{message}")).ShouldFail(
            400,
            "message does not belong to this channel"
        );
        (await quay.Cy.DeleteAsync($"/channels/{other}/pins/{message}")).ShouldFail(404, "pin not found");
        (await quay.Ada.PostAsync($"/channels/{Guid.NewGuid()}/pins/{message}")).ShouldFail(403, "forbidden");
        (await quay.Bob.GetAsync($"/channels/{quay.Channel}/pins")).Rows.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Given_an_archived_channel_Then_nobody_pins_or_unpins()
    {
        await using var quay = await Quay.OpenAsync();
        var path = $"/channels/{quay.Channel}/pins";
        var (pinned, other) = (await quay.SayAsync(quay.Bob, "tides"), await quay.SayAsync(quay.Bob, "winds"));
        await quay.Ada.PostAsync($"{path}/{pinned}");
        await quay.Ada.PatchAsync($"/channels/{quay.Channel}", new { archived = true });

        (await quay.Ada.PostAsync($"{path}/{other}")).ShouldFail(403, "this channel is archived");
        (await quay.Owner.DeleteAsync($"{path}/{pinned}")).ShouldFail(403, "this channel is archived");

        (await quay.Bob.PostAsync($"{path}/{other}")).ShouldFail(403, "forbidden");
        (await quay.Bob.GetAsync(path)).Rows.Single().GetProperty("id").GetGuid().ShouldBe(pinned);
    }

    [Fact]
    public async Task Given_a_limit_When_many_pin_at_once_Then_it_holds_and_hidden_messages_free_their_pins()
    {
        await using var quay = await Quay.OpenAsync();
        await quay.Server.ExecuteAsync(
            """
            insert into instance_settings (key, value, updated_at) values ('max_pins_per_channel', '3', now())
            on conflict (key) do update set value = '3'
            """
        );
        quay.Server.Services.GetRequiredService<InstanceSettings>().Invalidate();
        var messages = new List<Guid>();
        for (var i = 0; i < 6; i++)
            messages.Add(await quay.SayAsync(quay.Ada, $"message {i}"));
        var path = $"/channels/{quay.Channel}/pins";

        var answers = await Task.WhenAll(messages.Select(id => quay.Ada.PostAsync($"{path}/{id}")));

        answers.Count(answer => answer.Status == 200).ShouldBe(3);
        answers
            .Where(answer => answer.Status != 200)
            .ShouldAllBe(answer => answer.Body.Contains("maximum of 3 pins per channel"));
        var pinned = Quay.Ids(await quay.Ada.GetAsync(path));
        await quay.HideAsync(pinned[0]);
        await quay.HideAsync(pinned[1], "quarantined_at");
        Quay.Ids(await quay.Ada.GetAsync(path)).ShouldBe([pinned[2]]);
        (await quay.Ada.PostAsync($"{path}/{pinned[0]}")).ShouldFail(400, "cannot pin a deleted message");
        (await quay.Ada.PostAsync($"{path}/{messages.Except(pinned).First()}")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_pinned_messages_When_they_go_in_whatever_way_Then_readers_hear_that_the_pin_went_too()
    {
        await using var quay = await Quay.OpenAsync();
        var messages = new List<Guid>();
        for (var i = 0; i < 4; i++)
        {
            messages.Add(await quay.SayAsync(quay.Ada, $"message {i}"));
            (await quay.Ada.PostAsync($"/channels/{quay.Channel}/pins/{messages[i]}")).ShouldBeEmpty();
        }
        await using var listener = await quay.ListenAsync(quay.Bob);
        await using var ada = await quay.Ada.ConnectAsync();

        await ada.SendAsync(new { type = "delete_message", message_id = messages[0] });
        await ShouldBeUnpinnedAsync(messages[0]);
        (await quay.Owner.PostAsync($"/admin/messages/{messages[1]}/quarantine")).ShouldBeEmpty();
        await ShouldBeUnpinnedAsync(messages[1]);
        (await quay.Owner.PostAsync($"/admin/purge/message/{messages[2]}")).Status.ShouldBe(200);
        await ShouldBeUnpinnedAsync(messages[2]);
        await quay.Server.ExecuteAsync(
            $"update messages set expires_at = now() - interval '1 minute' where id = '{messages[3]}'"
        );
        await quay.Server.RunJobAsync<ExpireMessages>();
        await ShouldBeUnpinnedAsync(messages[3]);
        (await listener.DrainAsync())
            .Select(frame => frame.GetProperty("type").GetString())
            .ShouldNotContain("message_unpinned");

        async Task ShouldBeUnpinnedAsync(Guid message)
        {
            var told = await listener.NextAsync("message_unpinned");
            told.GetProperty("message_id").GetGuid().ShouldBe(message);
            told.GetProperty("channel_id").GetGuid().ShouldBe(quay.Channel);
        }
    }
}
