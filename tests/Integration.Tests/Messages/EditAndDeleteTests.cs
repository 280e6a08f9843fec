using Chatalot.Features.Channels;
using Chatalot.Features.Messages;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Messages;

public sealed class EditAndDeleteTests
{
    [Fact]
    public async Task Given_a_message_When_its_author_edits_it_Then_listeners_hear_the_stored_time_and_the_old_words_are_kept()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.ListenAsync(meeting.Anna);
        await using var ben = await meeting.ListenAsync(meeting.Ben);
        await using var benElsewhere = await meeting.Ben.ConnectAsync();
        var id = await anna.PostAsync(meeting.Channel, "helo");

        await anna.SendAsync(Talk.Edit(id, "hello"));
        await anna.SendAsync(Talk.Edit(id, "hello!"));

        var heard = await ben.NextAsync("message_edited");
        heard.Text().ShouldBe("hello");
        heard.GetProperty("channel_id").GetGuid().ShouldBe(meeting.Channel);
        (await anna.NextAsync("message_edited")).ToString().ShouldBe(heard.ToString());
        heard = await ben.NextAsync("message_edited");
        heard.Text().ShouldBe("hello!");
        (await benElsewhere.DrainAsync()).Types().ShouldNotContain("message_edited");
        var stored = (await meeting.Ben.GetAsync($"/channels/{meeting.Channel}/messages")).Rows.Single();
        stored.Text().ShouldBe("hello!");
        stored.GetProperty("edited_at").GetString().ShouldBe(heard.GetProperty("edited_at").GetString());
        var versions = "select string_agg(convert_from(ciphertext, 'UTF8'), ',' order by edited_at) from message_edits";
        (await meeting.Server.QueryAsync<string>(versions)).ShouldBe("helo,hello");
    }

    [Fact]
    public async Task Given_several_devices_When_they_edit_one_message_at_once_Then_each_version_is_kept_once_and_in_order()
    {
        await using var meeting = await Meeting.OpenAsync();
        var devices = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => meeting.Anna.ConnectAsync()));
        var id = await devices[0].PostAsync(meeting.Channel, "first");

        await Task.WhenAll(
            devices.Select(
                async (device, number) =>
                {
                    await using var _ = device;
                    for (var edit = 0; edit < 4; edit++)
                        await device.SendAsync(Talk.Edit(id, $"{number}.{edit}"));
                    (await device.DrainAsync()).Types().ShouldNotContain("error");
                }
            )
        );

        var path = $"/channels/{meeting.Channel}/messages";
        var now = (await meeting.Ben.GetAsync(path)).Rows.Single();
        var edits = (await meeting.Ben.GetAsync($"{path}/{id}/history")).Rows;
        var said = edits.Select(edit => edit.Text("old_ciphertext")).Append(now.Text()).ToList();
        said.Count.ShouldBe(17);
        said.ShouldBeUnique();
        said[0].ShouldBe("first");
        for (var number = 0; number < devices.Length; number++)
            said.Where(words => words.StartsWith($"{number}.")).ShouldBeInOrder();
        var times = edits.Select(edit => edit.GetProperty("edited_at").GetDateTimeOffset()).ToList();
        times.ShouldBeUnique();
        times.ShouldBeInOrder();
        now.GetProperty("edited_at").GetDateTimeOffset().ShouldBe(times[^1]);
    }

    [Theory]
    [InlineData(12 * 1024, 341)]
    [InlineData(64 * 1024, 64)]
    public async Task Given_hundreds_of_long_versions_Then_the_oldest_four_mebibytes_are_told(int bytes, int told)
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.ListenAsync(meeting.Anna);
        var id = await anna.PostAsync(meeting.Channel, "now");
        await meeting.Server.ExecuteAsync(
            $"""
            insert into message_edits (id, message_id, edited_at, nonce, ciphertext)
            select gen_random_uuid(), '{id}', now() + n * interval '1 ms', 'n', convert_to(rpad(n || ',', {bytes}, '.'), 'UTF8')
            from generate_series(1, 450) n
            """
        );

        var edits = (await meeting.Ben.GetAsync($"/channels/{meeting.Channel}/messages/{id}/history")).Rows;

        edits.Count.ShouldBe(told);
        for (var n = 1; n <= told; n++)
            edits[n - 1].Text("old_ciphertext").ShouldStartWith($"{n},");
    }

    [Fact]
    public async Task Given_a_message_When_others_or_its_late_author_edit_it_Then_nothing_changes_and_nobody_hears()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.ListenAsync(meeting.Anna);
        await using var ben = await meeting.ListenAsync(meeting.Ben);
        await using var cora = await meeting.Cora.ConnectAsync();
        var id = await anna.PostAsync(meeting.Channel, "mine");
        await ben.NextAsync("new_message");

        await ben.SendAsync(Talk.Edit(id, "ours"));
        (await ben.NextErrorAsync("forbidden"))
            .GetProperty("message")
            .GetString()
            .ShouldBe("you can only edit your own messages");
        await cora.SendAsync(Talk.Edit(id, "theirs"));
        await cora.NextErrorAsync("not_found");
        await anna.SendAsync(Talk.Edit(Guid.NewGuid(), "what"));
        await anna.NextErrorAsync("not_found");
        meeting.Server.Clock.Advance(TimeSpan.FromMinutes(16));
        await anna.SendAsync(Talk.Edit(id, "late"));
        await anna.NextErrorAsync("validation_error");

        (await ben.DrainAsync()).ButPresence().ShouldBeEmpty();
        (await meeting.Server.QueryAsync<long>("select count(*) from message_edits")).ShouldBe(0);
    }

    [Fact]
    public async Task Given_an_archived_channel_When_its_author_edits_or_reacts_Then_it_is_refused()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var ben = await meeting.ListenAsync(meeting.Ben);
        var id = await ben.PostAsync(meeting.Channel, "old times");
        (await meeting.Anna.PatchAsync($"/channels/{meeting.Channel}", new { archived = true })).Status.ShouldBe(200);

        await ben.SendAsync(Talk.Edit(id, "new times"));
        await ben.NextErrorAsync("archived");
        await ben.SendAsync(
            new
            {
                type = "add_reaction",
                message_id = id,
                emoji = "👍",
            }
        );
        await ben.NextErrorAsync("archived");
        await ben.SendAsync(new { type = "delete_message", message_id = id });
        await ben.NextErrorAsync("archived");

        (await meeting.Ben.GetAsync($"/channels/{meeting.Channel}/messages"))
            .Rows.Single()
            .Text()
            .ShouldBe("old times");
    }

    [Fact]
    public async Task Given_a_timeout_Then_no_words_and_no_reactions_pass_until_it_is_over()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.ListenAsync(meeting.Anna);
        await using var ben = await meeting.ListenAsync(meeting.Ben);
        var id = await ben.PostAsync(meeting.Channel, "first");
        await meeting.Server.ExecuteAsync(
            $"""
            insert into channel_timeouts (id, channel_id, user_id, expires_at, created_at)
            values (gen_random_uuid(), '{meeting.Channel}', '{meeting.Ben.Id}', now() + interval '90 seconds', now())
            """
        );
        var membership = meeting.Server.Services.GetRequiredService<ChannelMembership>();
        await membership.ChannelRoleChangedAsync(meeting.Channel, meeting.Ben.Id);
        await anna.DrainAsync();

        await ben.SendAsync(Talk.Message(meeting.Channel, "second"));
        var error = await ben.NextErrorAsync("timed_out");
        error.GetProperty("message").GetString()!.ShouldMatch("^you are timed out for (8[0-9]|90) more seconds$");
        await ben.SendAsync(Talk.Edit(id, "changed"));
        await ben.NextErrorAsync("timed_out");
        await ben.SendAsync(
            new
            {
                type = "add_reaction",
                message_id = id,
                emoji = "👍",
            }
        );
        await ben.NextErrorAsync("timed_out");
        (await anna.DrainAsync()).ButPresence().ShouldBeEmpty();
        await ben.SendAsync(new { type = "delete_message", message_id = id });
        await anna.NextAsync("message_deleted");
        meeting.Server.Clock.Advance(TimeSpan.FromSeconds(91));
        await ben.PostAsync(meeting.Channel, "second");
    }

    [Fact]
    public async Task Given_a_message_When_it_is_deleted_Then_listeners_hear_of_it_once_and_it_is_gone_for_good()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.ListenAsync(meeting.Anna);
        await using var ben = await meeting.ListenAsync(meeting.Ben);
        var id = await ben.PostAsync(meeting.Channel, "oops");
        var annas = await anna.PostAsync(meeting.Channel, "owner's");

        await ben.SendAsync(new { type = "delete_message", message_id = annas });
        await ben.NextErrorAsync("forbidden");
        await anna.SendAsync(new { type = "delete_message", message_id = id });
        var heard = await ben.NextAsync("message_deleted");
        await ben.SendAsync(new { type = "delete_message", message_id = id });
        await ben.NextErrorAsync("not_found");
        await ben.SendAsync(Talk.Edit(id, "again"));
        await ben.NextErrorAsync("not_found");

        heard.EnumerateObject().Select(member => member.Name).ShouldBe(["type", "message_id"]);
        heard.GetProperty("message_id").GetGuid().ShouldBe(id);
        (await anna.DrainAsync()).Types().Count(type => type == "message_deleted").ShouldBe(1);
        (await meeting.Anna.GetAsync($"/channels/{meeting.Channel}/messages")).Rows.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Given_a_deleted_message_Then_its_words_are_erased_unless_operators_have_a_report_to_look_at()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var ben = await meeting.ListenAsync(meeting.Ben);
        var plain = await ben.PostAsync(meeting.Channel, "first words");
        var reported = await ben.PostAsync(meeting.Channel, "bad words");
        foreach (var id in new[] { plain, reported })
        {
            await ben.SendAsync(Talk.Edit(id, "other words"));
            await ben.NextAsync("message_edited");
        }
        var report = new
        {
            report_type = "message",
            target_id = reported,
            reason = "rude",
        };
        (await meeting.Anna.PostAsync("/reports", report)).Status.ShouldBe(200);

        foreach (var id in new[] { plain, reported })
        {
            await ben.SendAsync(new { type = "delete_message", message_id = id });
            await ben.NextAsync("message_deleted");
        }

        (await KeptAsync(plain)).ShouldBe("0 0 0");
        (await KeptAsync(reported)).ShouldBe("11 5 1");
        (await meeting.Anna.GetAsync($"/channels/{meeting.Channel}/messages/{reported}/history")).Status.ShouldBe(404);

        Task<string> KeptAsync(Guid id) =>
            meeting.Server.QueryAsync<string>(
                $"""
                select concat_ws(' ', length(ciphertext), length(nonce),
                    (select count(*) from message_edits where message_id = m.id))
                from messages m where id = '{id}' and deleted_at is not null
                """
            );
    }

    [Fact]
    public async Task When_many_messages_are_removed_at_once_Then_listeners_hear_of_each()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var ben = await meeting.ListenAsync(meeting.Ben);
        var gone = Enumerable.Range(0, 1200).Select(_ => new RemovedMessage(meeting.Channel, Guid.NewGuid())).ToList();

        var removal = meeting.Server.Services.GetRequiredService<MessageRemoval>();
        removal.Tell([.. gone, new RemovedMessage(Guid.NewGuid(), Guid.NewGuid())]);

        var heard = (await ben.DrainAsync()).ButPresence();
        heard.Select(frame => frame.GetProperty("message_id").GetGuid()).ShouldBe(gone.Select(m => m.MessageId));
    }
}
