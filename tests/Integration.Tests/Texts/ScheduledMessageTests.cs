using Chatalot.Features.Maintenance;
using Chatalot.Features.ScheduledMessages;
using Chatalot.Integration.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Texts;

public sealed class ScheduledMessageTests
{
    [Fact]
    public async Task J9_Given_a_due_message_When_two_servers_deliver_Then_it_is_posted_once_and_the_author_is_told()
    {
        await using var quay = await Quay.OpenAsync();
        await using var sibling = await quay.Server.StartSiblingAsync();
        await using var author = await quay.ListenAsync(quay.Bob);
        var scheduled = (await ScheduleAsync(quay, "[104,101,106]", preview: "cipher")).Json;
        scheduled.GetProperty("content_preview").GetString().ShouldBe("cipher");
        scheduled.TryGetProperty("ciphertext", out _).ShouldBeFalse();
        (await ScheduleAsync(quay, "[not bytes")).Json.TryGetProperty("content_preview", out _).ShouldBeFalse();
        await DeliverAsync(quay.Server);
        (await quay.Bob.GetAsync("/messages/scheduled")).Rows.Count.ShouldBe(2);

        quay.Server.Clock.Advance(TimeSpan.FromMinutes(2));
        await Task.WhenAll(DeliverAsync(quay.Server), DeliverAsync(sibling));

        var history = (await quay.Ada.GetAsync($"/channels/{quay.Channel}/messages")).Rows;
        history.Select(Quay.Text).ShouldBe(["[not bytes", "hej"]);
        history.ShouldAllBe(message => message.GetProperty("sender_id").GetGuid() == quay.Bob.Id);
        (await quay.Bob.GetAsync("/messages/scheduled?include_failed=true")).Rows.ShouldBeEmpty();
        (await quay.Bob.DeleteAsync($"/messages/scheduled/{scheduled.GetProperty("id").GetGuid()}")).ShouldFail(
            404,
            "scheduled message not found"
        );
        (await quay.Server.QueryAsync<long>("select count(*) from messages")).ShouldBe(2);
    }

    [Fact]
    public async Task Given_a_message_that_may_not_be_posted_any_more_Then_it_is_dropped_with_a_reason()
    {
        await using var quay = await Quay.OpenAsync();
        await using var author = await quay.Bob.ConnectAsync();
        await ScheduleAsync(quay, "[1]");
        await quay.Ada.PatchAsync($"/channels/{quay.Channel}", new { archived = true });
        quay.Server.Clock.Advance(TimeSpan.FromMinutes(2));

        await DeliverAsync(quay.Server);

        (await author.NextAsync("scheduled_message_failed"))
            .GetProperty("reason")
            .GetString()
            .ShouldBe("channel restricted or user blocked/timed out");
        (await quay.Bob.GetAsync("/messages/scheduled")).Rows.ShouldBeEmpty();
        (await quay.Bob.GetAsync("/messages/scheduled?include_failed=true"))
            .Rows.Single()
            .GetProperty("failure")
            .GetString()
            .ShouldBe("channel restricted or user blocked/timed out");
        (await quay.Server.QueryAsync<long>("select count(*) from messages")).ShouldBe(0);
        quay.Server.Clock.Advance(TimeSpan.FromDays(8));
        await quay.Server.RunJobAsync<PruneLeftovers>();
        (await quay.Server.QueryAsync<long>("select count(*) from scheduled_messages")).ShouldBe(0);
    }

    [Fact]
    public async Task J8_Given_a_fault_of_the_database_in_the_check_of_rights_Then_nothing_is_dropped_and_it_is_tried_again()
    {
        await using var quay = await Quay.OpenAsync();
        await ScheduleAsync(quay, "[104,101,106]");
        quay.Server.Clock.Advance(TimeSpan.FromMinutes(2));
        // A server that remembers no rights must ask, and cannot.
        await using var sibling = await quay.Server.StartSiblingAsync();
        await quay.Server.ExecuteAsync("alter table channel_members rename to out_of_reach");

        await DeliverAsync(sibling);

        var waiting = (await quay.Bob.GetAsync("/messages/scheduled")).Rows.ShouldHaveSingleItem();
        waiting.TryGetProperty("failure", out _).ShouldBeFalse();
        (await quay.Server.QueryAsync<long>("select count(*) from messages")).ShouldBe(0);

        await quay.Server.ExecuteAsync("alter table out_of_reach rename to channel_members");
        await DeliverAsync(sibling);

        (await quay.Ada.GetAsync($"/channels/{quay.Channel}/messages")).Rows.Select(Quay.Text).ShouldBe(["hej"]);
        (await quay.Bob.GetAsync("/messages/scheduled?include_failed=true")).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_a_delivery_Then_author_and_readers_hear_the_message_live()
    {
        await using var quay = await Quay.OpenAsync();
        await using var author = await quay.ListenAsync(quay.Bob);
        await using var otherDevice = await quay.Bob.ConnectAsync();
        await using var reader = await quay.ListenAsync(quay.Ada);
        await ScheduleAsync(quay, "[1]");
        quay.Server.Clock.Advance(TimeSpan.FromMinutes(2));

        await DeliverAsync(quay.Server);

        var id = (await author.NextAsync("new_message")).GetProperty("id").GetGuid();
        (await otherDevice.NextAsync("scheduled_message_delivered")).GetProperty("message_id").GetGuid().ShouldBe(id);
        (await reader.NextAsync("new_message")).GetProperty("id").GetGuid().ShouldBe(id);
    }

    [Fact]
    public async Task Given_wrong_requests_and_a_full_list_Then_each_is_refused_and_the_limit_holds_under_races()
    {
        await using var quay = await Quay.OpenAsync();

        (await ScheduleAsync(quay, "[1]", by: quay.Cy)).ShouldFail(403, "forbidden");
        (await ScheduleAsync(quay, "[1]", at: "tomorrow")).ShouldFail(400, "invalid scheduled_for datetime");
        (await ScheduleAsync(quay, "[1]", at: "2020-01-01T00:00:00Z")).ShouldFail(
            400,
            "scheduled_for must be in the future"
        );
        (await ScheduleAsync(quay, "[1]", at: "2999-01-01T00:00:00Z")).ShouldFail(
            400,
            "cannot schedule more than 30 days ahead"
        );
        (await ScheduleAsync(quay, "")).ShouldFail(400, "ciphertext and nonce are required");
        (await ScheduleAsync(quay, new string('x', 100_001))).ShouldFail(400, "ciphertext too large (max 100 KB)");
        (await ScheduleAsync(quay, "[1]", preview: new string('p', 10_001))).ShouldFail(
            400,
            "content_preview too large (max 10 KB)"
        );

        var answers = await Task.WhenAll(Enumerable.Range(0, 55).Select(_ => ScheduleAsync(quay, "[1]")));
        answers.Count(answer => answer.Status == 200).ShouldBe(50);
        answers.First(a => a.Status != 200).ShouldFail(400, "cannot have more than 50 scheduled messages");
        var first = answers.First(answer => answer.Status == 200).Id;
        (await quay.Ada.DeleteAsync($"/messages/scheduled/{first}")).ShouldFail(404, "scheduled message not found");
        (await quay.Bob.DeleteAsync($"/messages/scheduled/{first}")).ShouldBeEmpty();
    }

    private static Task<Answer> ScheduleAsync(
        Quay quay,
        string ciphertext,
        string? at = null,
        string? preview = null,
        Person? by = null
    ) =>
        (by ?? quay.Bob).PostAsync(
            "/messages/schedule",
            new
            {
                channel_id = quay.Channel,
                ciphertext,
                nonce = "[1,2,3]",
                scheduled_for = at ?? quay.Server.Clock.GetUtcNow().AddMinutes(1).ToString("O"),
                content_preview = preview,
            }
        );

    private static async Task DeliverAsync(TestServer server)
    {
        await using var scope = server.Services.CreateAsyncScope();
        await ActivatorUtilities.CreateInstance<DeliverScheduledMessages>(scope.ServiceProvider).Invoke();
    }
}
