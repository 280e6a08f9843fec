using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Messages;

public sealed class SlowModeTests
{
    private const int Seconds = 30;

    [Fact]
    public async Task Given_a_pause_that_is_just_over_When_another_message_of_the_member_took_the_turn_Then_this_one_waits()
    {
        await using var meeting = await Meeting.OpenAsync();
        (
            await meeting.Anna.PatchAsync($"/channels/{meeting.Channel}", new { slow_mode_seconds = Seconds })
        ).Status.ShouldBe(200);
        await using var ben = await meeting.Ben.ConnectAsync();
        // The turn is timed by the database: less than a second over counts as no second left to wait.
        var mark = $"('{meeting.Channel}', '{meeting.Ben.Id}', now() - interval '{Seconds} s')";
        await meeting.Server.ExecuteAsync(
            $"insert into slow_mode_marks (channel_id, user_id, last_sent) values {mark}"
        );
        await using var otherDevice = await HeldTransaction.BeginAsync(
            meeting.Server.Database.DataSource,
            "update slow_mode_marks set last_sent = now()"
        );

        var answer = await otherDevice.CommitUnderAsync(async () =>
        {
            await ben.SendAsync(Talk.Message(meeting.Channel, "me too"));
            return await ben.NextAsync("error", or: "message_sent");
        });

        answer.GetProperty("message").GetString().ShouldBe($"slow mode: wait {Seconds} seconds");
    }
}
