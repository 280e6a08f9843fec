using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Messages;
using Chatalot.Shared.Realtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chatalot.Integration.Tests.Gateway;

public sealed class ResumeTests
{
    [Fact]
    public async Task Given_a_broken_line_When_the_client_resumes_Then_it_gets_what_it_lost_in_order_and_nobody_noticed()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.ListenAsync(meeting.Anna);
        var (ben, token) = await BeginAsync(meeting.Ben);
        await ben.SubscribeAsync(meeting.Channel);
        await anna.PostAsync(meeting.Channel, "one");
        await ben.NextAsync("new_message");
        var received = ben.Received - 2; // authenticated and resumable themselves
        await ben.DisposeAsync();
        await anna.PostAsync(meeting.Channel, "two");
        await anna.PostAsync(meeting.Channel, "three");

        await using var back = await ResumeAsync(meeting.Ben, token, received);
        await anna.PostAsync(meeting.Channel, "four");

        var first = (await back.UntilAsync("new_message")).ButPresence();
        first.Types().ShouldBe(["resumed", "new_message"]);
        first[1].Text().ShouldBe("two");
        foreach (var text in new[] { "three", "four" })
            (await back.NextAsync("new_message")).Text().ShouldBe(text);
        await back.PostAsync(meeting.Channel, "here");
        (await anna.NextAsync("new_message")).Text().ShouldBe("here");
        (await anna.DrainAsync()).Types().ShouldNotContain("presence_update");
    }

    [Fact]
    public async Task Given_a_line_that_looks_healthy_to_the_server_When_the_client_resumes_twice_Then_the_newest_line_counts()
    {
        await using var meeting = await Meeting.OpenAsync();
        await using var anna = await meeting.ListenAsync(meeting.Anna);
        var (ben, token) = await BeginAsync(meeting.Ben);
        await ben.SubscribeAsync(meeting.Channel);
        var received = ben.Received - 2;

        await using var second = await ResumeAsync(meeting.Ben, token, received);
        await second.NextAsync("resumed");
        await using var third = await ResumeAsync(meeting.Ben, token, received);
        await third.NextAsync("resumed");
        await anna.PostAsync(meeting.Channel, "hello");

        (await third.NextAsync("new_message")).Text().ShouldBe("hello");
        await second.ClosedAsync();
        await ben.ClosedAsync();
        await ben.DisposeAsync();
        await third.SendAsync(Talk.Message(meeting.Channel, "mine"));
        await third.NextAsync("message_sent");
    }

    [Fact]
    public async Task Given_somebody_elses_token_or_an_impossible_count_or_a_logout_Then_the_client_begins_anew()
    {
        await using var meeting = await Meeting.OpenAsync();
        var (ben, token) = await BeginAsync(meeting.Ben);
        await ben.DisposeAsync();

        await using var anna = await ResumeAsync(meeting.Anna, token, 0);
        await anna.NextAsync("resumable");
        await using var tooMany = await ResumeAsync(meeting.Ben, token, 1_000_000);
        await tooMany.NextAsync("resumable");
        await tooMany.SendAsync(Talk.Message(meeting.Channel, "new"));
        await tooMany.NextAsync("message_sent");
    }

    [Fact]
    public async Task Given_a_client_that_does_not_come_back_Then_it_is_gone_after_the_window()
    {
        var brief = new RealtimeOptions { ResumeWindow = TimeSpan.FromMilliseconds(50) };
        await using var meeting = await Meeting.OpenAsync(services =>
            services.Replace(ServiceDescriptor.Singleton(brief))
        );
        var (ben, _) = await BeginAsync(meeting.Ben);
        await ben.SubscribeAsync(meeting.Channel);
        await ben.DisposeAsync();

        var rooms = meeting.Server.Services.GetRequiredService<Rooms>();
        var connections = meeting.Server.Services.GetRequiredService<Connections>();
        await Eventually.HoldsAsync(() => connections.Count == 0, "the connection is gone");
        rooms.IsOccupied(meeting.Channel).ShouldBeFalse();
    }

    private static async Task<(TestSocket Socket, string Token)> BeginAsync(Person person)
    {
        var socket = await TestSocket.OpenAsync(person.Server);
        await socket.SendAsync(
            new
            {
                type = "authenticate",
                token = person.Token,
                features = new[] { "resume" },
            }
        );
        var resumable = await socket.NextAsync("resumable");
        return (socket, resumable.GetProperty("token").GetString()!);
    }

    private static async Task<TestSocket> ResumeAsync(Person person, string token, long received)
    {
        var socket = await TestSocket.OpenAsync(person.Server);
        await socket.SendAsync(
            new
            {
                type = "authenticate",
                token = person.Token,
                features = new[] { "resume" },
                resume = new { token, received },
            }
        );
        await socket.NextAsync("authenticated");
        return socket;
    }
}
