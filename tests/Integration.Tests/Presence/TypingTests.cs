using Chatalot.Features.Presence;
using Chatalot.Integration.Tests.Messages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chatalot.Integration.Tests.Presence;

public sealed class TypingTests
{
    [Fact]
    public async Task Given_two_devices_that_type_Then_others_hear_one_beginning_and_one_end_and_the_typist_nothing()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.ListenAsync(meeting.Anna);
        await using var ben = await meeting.ListenAsync(meeting.Ben);
        await using var bensPhone = await meeting.ListenAsync(meeting.Ben);
        await using var cora = await meeting.Cora.ConnectAsync();
        await anna.DrainAsync();
        await bensPhone.DrainAsync();

        await ben.SendAsync(new { type = "typing", channel_id = meeting.Channel });
        await ben.SendAsync(new { type = "typing", channel_id = meeting.Channel });
        await ben.DrainAsync();
        await bensPhone.SendAsync(new { type = "typing", channel_id = meeting.Channel });
        await bensPhone.DrainAsync();
        await cora.SendAsync(new { type = "typing", channel_id = meeting.Channel });
        await cora.SendAsync(new { type = "stop_typing", channel_id = meeting.Channel });
        await cora.DrainAsync();
        (await anna.DrainAsync()).TypesButPresence().ShouldBe(["user_typing"]);
        await ben.SendAsync(new { type = "stop_typing", channel_id = meeting.Channel });
        await ben.SendAsync(new { type = "stop_typing", channel_id = meeting.Channel });
        await ben.DrainAsync();
        (await anna.DrainAsync()).ButPresence().ShouldBeEmpty();

        await bensPhone.PostAsync(meeting.Channel, "there");

        var heard = (await anna.UntilAsync("new_message")).ButPresence();
        heard.Types().ShouldBe(["user_stopped_typing", "new_message"]);
        heard[0].GetProperty("user_id").GetGuid().ShouldBe(meeting.Ben.Id);
        (await ben.UntilAsync("new_message")).TypesButPresence().ShouldBe(["new_message"]);
    }

    [Fact]
    public async Task Given_somebody_types_When_nothing_more_is_heard_or_the_device_goes_Then_others_hear_the_end()
    {
        var brief = new PresenceOptions { TypingLasts = TimeSpan.FromMilliseconds(50) };
        await using var meeting = await Meeting.OpenAsync(services =>
            services.Replace(ServiceDescriptor.Singleton(brief))
        );
        await using var anna = await meeting.ListenAsync(meeting.Anna);
        await using (var ben = await meeting.ListenAsync(meeting.Ben))
        {
            await ben.SendAsync(new { type = "typing", channel_id = meeting.Channel });
            await anna.NextAsync("user_typing");
            await anna.NextAsync("user_stopped_typing");
            await ben.SendAsync(new { type = "typing", channel_id = meeting.Channel });
            await anna.NextAsync("user_typing");
        }
        await anna.NextAsync("user_stopped_typing");
    }
}
