using System.Text.Json;
using Chatalot.Features.Presence;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Messages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chatalot.Integration.Tests.Presence;

public sealed class PresenceTests
{
    [Fact]
    public async Task Given_mates_Then_they_hear_who_comes_and_a_newcomer_hears_who_is_there_in_the_contracts_order()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.Anna.ConnectAsync();
        await using var dora = await meeting.Dora.ConnectAsync();
        await using var ben = await TestSocket.OpenAsync(meeting.Ben.Server);
        await ben.SendAsync(new { type = "authenticate", token = meeting.Ben.Token });

        var greeting = await ben.UntilAsync("presence_bulk");
        await ben.NextAsync("pong");

        greeting.Types().ShouldBe(["authenticated", "presence_bulk"]);
        greeting[1].GetProperty("statuses").ToString().ShouldBe($"""[["{meeting.Anna.Id}","online"]]""");
        Told(await anna.DrainAsync()).ShouldBe([(meeting.Ben.Id, "online")]);
        (await dora.DrainAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_somebody_invisible_Then_nobody_ever_sees_them_but_their_own_devices()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.Anna.ConnectAsync();
        await using var ben = await meeting.Ben.ConnectAsync();
        await using var bensPhone = await meeting.Ben.ConnectAsync();
        await ben.SendAsync(new { type = "update_presence", status = "invisible" });
        await ben.DrainAsync();
        var (cora, toCora) = await TestSocket.GreetedAsync(meeting.Cora);
        var (bensTablet, toTablet) = await TestSocket.GreetedAsync(meeting.Ben);
        var bulk = toCora.Single(frame => frame.Type() == "presence_bulk");
        bulk.GetProperty("statuses").ToString().ShouldBe($"""[["{meeting.Anna.Id}","online"]]""");
        Told(toTablet).ShouldBe([(meeting.Ben.Id, "invisible")]);
        await cora.DisposeAsync();
        await bensTablet.DisposeAsync();

        Told(await anna.DrainAsync())
            .ShouldBe([(meeting.Ben.Id, "online"), (meeting.Ben.Id, "offline"), (meeting.Cora.Id, "online")]);
        Told(await bensPhone.DrainAsync()).ShouldContain((meeting.Ben.Id, "invisible"));
    }

    [Fact]
    public async Task Given_two_devices_Then_an_idle_one_does_not_hide_the_active_one_and_a_choice_holds_for_both()
    {
        await using var meeting = await Meeting.OpenAsync(Without(interval: true));
        await using var anna = await meeting.Anna.ConnectAsync();
        await using var ben = await meeting.Ben.ConnectAsync();
        await using var bensPhone = await meeting.Ben.ConnectAsync();
        await bensPhone.DrainAsync();
        Told(await anna.DrainAsync()).ShouldBe([(meeting.Ben.Id, "online")]);

        await bensPhone.SendAsync(new { type = "update_presence", status = "idle" });
        await bensPhone.DrainAsync();
        Told(await anna.DrainAsync()).ShouldBeEmpty();
        await ben.SendAsync(new { type = "update_presence", status = "idle" });
        await ben.DrainAsync();
        Told(await anna.DrainAsync()).ShouldBe([(meeting.Ben.Id, "idle")]);
        await ben.SendAsync(new { type = "update_presence", status = "dnd" });
        await ben.DrainAsync();
        await bensPhone.SendAsync(new { type = "update_presence", status = "online" });
        await bensPhone.DrainAsync();
        Told(await anna.DrainAsync()).ShouldBe([(meeting.Ben.Id, "dnd")]);
        await ben.SendAsync(new { type = "update_presence", status = "online" });
        await ben.DrainAsync();
        Told(await anna.DrainAsync()).ShouldBe([(meeting.Ben.Id, "online")]);
    }

    [Fact]
    public async Task Given_many_words_at_once_Then_others_hear_the_first_and_the_last()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.Anna.ConnectAsync();
        await using var ben = await meeting.Ben.ConnectAsync();
        foreach (var status in new[] { "dnd", "online", "dnd", "online", "idle" })
            await ben.SendAsync(new { type = "update_presence", status });

        var heard = new List<string>();
        while (heard.LastOrDefault() != "idle")
            heard.Add((await anna.NextAsync("presence_update")).GetProperty("status").GetString()!);

        heard.ShouldBe(["online", "dnd", "idle"]);
    }

    [Fact]
    public async Task Given_a_short_absence_Then_nobody_notices_and_a_long_one_or_a_logout_is_told()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.Anna.ConnectAsync();
        await using (await meeting.Ben.ConnectAsync()) { }
        await using (var ben = await meeting.Ben.ConnectAsync())
            await ben.DrainAsync();
        Told(await anna.DrainAsync()).ShouldBe([(meeting.Ben.Id, "online")]);

        (await meeting.Ben.PostAsync("/account/logout-all")).Status.ShouldBe(200);

        (await anna.NextAsync("presence_update")).GetProperty("status").GetString().ShouldBe("offline");
    }

    [Fact]
    public async Task Given_no_grace_Then_the_last_device_that_goes_takes_its_user_offline()
    {
        await using var meeting = await Meeting.OpenAsync(Without(grace: true));
        await using var anna = await meeting.Anna.ConnectAsync();
        var ben = await meeting.Ben.ConnectAsync();
        await using (await meeting.Ben.ConnectAsync()) { }
        await ben.DisposeAsync();

        (await anna.NextAsync("presence_update")).GetProperty("status").GetString().ShouldBe("online");
        (await anna.NextAsync("presence_update")).GetProperty("status").GetString().ShouldBe("offline");
    }

    [Fact]
    public async Task Given_a_block_Then_the_two_lose_sight_of_each_other_until_it_is_lifted()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.ListenAsync(meeting.Anna);
        await using var ben = await meeting.ListenAsync(meeting.Ben);
        await using var cora = await meeting.Cora.ConnectAsync();
        await anna.NextAsync("presence_update");
        await anna.NextAsync("presence_update");

        (await meeting.Ben.PostAsync("/users/block", new { user_id = meeting.Anna.Id })).Status.ShouldBe(200);
        await ExpectAsync(anna, meeting.Ben, "offline");
        await ExpectAsync(ben, meeting.Cora, "online");
        await ExpectAsync(ben, meeting.Anna, "offline");
        await ben.SendAsync(new { type = "update_presence", status = "dnd" });
        await ben.SendAsync(new { type = "typing", channel_id = meeting.Channel });
        await ben.DrainAsync();
        (await anna.DrainAsync()).ShouldBeEmpty();

        (await meeting.Ben.PostAsync($"/users/unblock/{meeting.Anna.Id}")).Status.ShouldBe(200);
        await ExpectAsync(anna, meeting.Ben, "dnd");
    }

    [Fact]
    public async Task Given_somebody_joins_a_community_Then_its_members_and_they_see_each_other()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.Anna.ConnectAsync();
        await using var dora = await meeting.Dora.ConnectAsync();

        await meeting.Server.ExecuteAsync(
            $"""
            insert into community_members (community_id, user_id, role, joined_at)
            values ('{meeting.Community}', '{meeting.Dora.Id}', 0, now())
            """
        );
        await ExpectAsync(anna, meeting.Dora, "online");
        await ExpectAsync(dora, meeting.Anna, "online");
        await meeting.Server.ExecuteAsync($"delete from community_members where user_id = '{meeting.Dora.Id}'");
        await ExpectAsync(anna, meeting.Dora, "offline");
        await ExpectAsync(dora, meeting.Anna, "offline");
    }

    private static async Task ExpectAsync(TestSocket socket, Person about, string status)
    {
        var heard = await socket.NextAsync("presence_update");
        (heard.GetProperty("user_id").GetGuid(), heard.GetProperty("status").GetString()).ShouldBe((about.Id, status));
    }

    private static IEnumerable<(Guid, string)> Told(IEnumerable<JsonElement> frames) =>
        frames
            .Where(frame => frame.Type() == "presence_update")
            .Select(frame => (frame.GetProperty("user_id").GetGuid(), frame.GetProperty("status").GetString()!));

    private static Action<IServiceCollection> Without(bool grace = false, bool interval = false)
    {
        var options = new PresenceOptions();
        if (grace)
            options = options with { Grace = TimeSpan.Zero };
        if (interval)
            options = options with { UpdateInterval = TimeSpan.Zero };
        return services => services.Replace(ServiceDescriptor.Singleton(options));
    }
}
