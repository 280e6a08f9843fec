namespace Chatalot.Integration.Tests.Messages;

public sealed class ReactionTests
{
    [Fact]
    public async Task Given_a_reaction_When_it_is_repeated_or_taken_back_twice_Then_only_changes_are_told()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.ListenAsync(meeting.Anna);
        await using var ben = await meeting.ListenAsync(meeting.Ben);
        await using var cora = await meeting.Cora.ConnectAsync();
        var id = await anna.PostAsync(meeting.Channel, "tea?");
        await ben.NextAsync("new_message");

        foreach (var type in new[] { "add_reaction", "add_reaction", "remove_reaction", "remove_reaction" })
        {
            await ben.SendAsync(
                new
                {
                    type,
                    message_id = id,
                    emoji = "👍",
                }
            );
            await ben.DrainAsync();
            meeting.Server.Clock.Advance(TimeSpan.FromMilliseconds(250));
        }
        await cora.SendAsync(
            new
            {
                type = "add_reaction",
                message_id = id,
                emoji = "👍",
            }
        );
        await cora.NextErrorAsync("not_found");

        var heard = (await anna.DrainAsync()).ButPresence();
        heard.Types().ShouldBe(["reaction_added", "reaction_removed"]);
        heard[0].GetProperty("user_id").GetGuid().ShouldBe(meeting.Ben.Id);
        heard[0].GetProperty("emoji").GetString().ShouldBe("👍");
        heard[0].GetProperty("message_id").GetGuid().ShouldBe(id);
    }

    [Fact]
    public async Task Given_nineteen_emoji_When_two_add_different_ones_at_once_Then_one_is_refused_and_joining_still_works()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.ListenAsync(meeting.Anna);
        await using var ben = await meeting.ListenAsync(meeting.Ben);
        var id = await anna.PostAsync(meeting.Channel, "vote");
        await meeting.Server.ExecuteAsync(
            $"""
            insert into message_reactions (message_id, emoji, user_id, created_at)
            select '{id}', 'e' || n, '{meeting.Anna.Id}', now() from generate_series(1, 19) n
            """
        );

        await Task.WhenAll(
            anna.SendAsync(
                new
                {
                    type = "add_reaction",
                    message_id = id,
                    emoji = "🍎",
                }
            ),
            ben.SendAsync(
                new
                {
                    type = "add_reaction",
                    message_id = id,
                    emoji = "🍐",
                }
            )
        );
        await anna.DrainAsync();
        await ben.DrainAsync();
        meeting.Server.Clock.Advance(TimeSpan.FromSeconds(1));
        await ben.SendAsync(
            new
            {
                type = "add_reaction",
                message_id = id,
                emoji = "e7",
            }
        );

        (await ben.NextAsync("reaction_added")).GetProperty("emoji").GetString().ShouldBe("e7");
        var distinct = "select count(distinct emoji) from message_reactions";
        (await meeting.Server.QueryAsync<long>(distinct)).ShouldBe(20);
    }

    [Theory]
    [InlineData("")]
    [InlineData("123456789012345678901234567890123")]
    [InlineData("a\tb")]
    public async Task Given_no_emoji_Then_it_is_refused_and_costs_no_pause(string emoji)
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.ListenAsync(meeting.Anna);
        var id = await anna.PostAsync(meeting.Channel, "hm");

        await anna.SendAsync(
            new
            {
                type = "add_reaction",
                message_id = id,
                emoji,
            }
        );
        var error = await anna.NextErrorAsync("validation_error");
        await anna.SendAsync(
            new
            {
                type = "add_reaction",
                message_id = id,
                emoji = "🙂",
            }
        );
        await anna.NextAsync("reaction_added");
        await anna.SendAsync(
            new
            {
                type = "add_reaction",
                message_id = id,
                emoji = "🙃",
            }
        );

        error.GetProperty("message").GetString().ShouldBe("invalid emoji");
        (await anna.NextErrorAsync("rate_limited"))
            .GetProperty("message")
            .GetString()
            .ShouldBe("adding reactions too quickly");
    }
}
