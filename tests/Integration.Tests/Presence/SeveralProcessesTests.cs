using System.Text.Json;
using Chatalot.Features.Presence;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Messages;
using Chatalot.Shared.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chatalot.Integration.Tests.Presence;

public sealed class SeveralProcessesTests
{
    [Fact]
    public async Task Given_two_processes_Then_people_of_both_see_who_comes_changes_and_goes()
    {
        await using var meeting = await OpenAsync();
        await using var sibling = await StartSiblingAsync(meeting);
        await using var anna = await meeting.Anna.ConnectAsync();
        await SeenAsync(sibling, meeting.Anna);

        var (ben, toBen) = await TestSocket.GreetedAsync(meeting.Ben.At(sibling));
        toBen
            .Single(frame => frame.Type() == "presence_bulk")
            .GetProperty("statuses")
            .ToString()
            .ShouldBe($"""[["{meeting.Anna.Id}","online"]]""");
        await ExpectAsync(anna, meeting.Ben, "online");
        await ben.SendAsync(new { type = "update_presence", status = "idle" });
        await ExpectAsync(anna, meeting.Ben, "idle");
        await ben.SendAsync(new { type = "update_presence", status = "dnd" });
        await ExpectAsync(anna, meeting.Ben, "dnd");
        await anna.SendAsync(new { type = "update_presence", status = "idle" });
        await ExpectAsync(ben, meeting.Anna, "idle");
        await ben.DisposeAsync();
        await ExpectAsync(anna, meeting.Ben, "offline");
    }

    [Fact]
    public async Task Given_somebody_invisible_at_another_process_Then_nobody_sees_them_and_their_own_devices_know()
    {
        await using var meeting = await OpenAsync();
        await using var sibling = await StartSiblingAsync(meeting);
        await using var anna = await meeting.Anna.ConnectAsync();
        await using var phone = await meeting.Ben.ConnectAsync();
        await ExpectAsync(anna, meeting.Ben, "online");
        await SeenAsync(sibling, meeting.Ben);
        await using var tablet = await meeting.Ben.At(sibling).ConnectAsync();
        await SeenAsync(meeting.Server, meeting.Ben, at: 2);

        await tablet.SendAsync(new { type = "update_presence", status = "invisible" });

        await ExpectAsync(phone, meeting.Ben, "invisible");
        await ExpectAsync(anna, meeting.Ben, "offline");
        var (cora, toCora) = await TestSocket.GreetedAsync(meeting.Cora.At(sibling));
        toCora
            .Single(frame => frame.Type() == "presence_bulk")
            .GetProperty("statuses")
            .ToString()
            .ShouldBe($"""[["{meeting.Anna.Id}","online"]]""");
        await cora.DisposeAsync();
    }

    [Fact]
    public async Task Given_devices_at_two_processes_Then_their_user_is_there_until_the_last_one_goes()
    {
        await using var meeting = await OpenAsync();
        await using var sibling = await StartSiblingAsync(meeting);
        await using var anna = await meeting.Anna.ConnectAsync();
        var phone = await meeting.Ben.ConnectAsync();
        await ExpectAsync(anna, meeting.Ben, "online");
        await SeenAsync(sibling, meeting.Ben);
        var tablet = await meeting.Ben.At(sibling).ConnectAsync();
        await SeenAsync(meeting.Server, meeting.Ben, at: 2);
        await tablet.SendAsync(new { type = "update_presence", status = "idle" });
        await tablet.DrainAsync();

        await phone.DisposeAsync();
        await ExpectAsync(anna, meeting.Ben, "idle");
        await tablet.DisposeAsync();
        await ExpectAsync(anna, meeting.Ben, "offline");
    }

    [Fact]
    public async Task Given_a_process_that_stops_or_falls_silent_Then_its_people_are_offline_after_a_time()
    {
        await using var meeting = await OpenAsync();
        await using var anna = await meeting.Anna.ConnectAsync();
        var sibling = await StartSiblingAsync(meeting);
        await using (await meeting.Ben.At(sibling).ConnectAsync())
        {
            await ExpectAsync(anna, meeting.Ben, "online");
            await sibling.DisposeAsync();
            await ExpectAsync(anna, meeting.Ben, "offline");
        }

        // A process that says once who is there, and never lives to say more.
        await meeting.Server.QueryAsync<object>(
            $"select pg_notify('presence', 'all {Guid.NewGuid():N} 1/1 {meeting.Ben.Id:N}a')::text"
        );
        await ExpectAsync(anna, meeting.Ben, "online");
        await ExpectAsync(anna, meeting.Ben, "offline");
    }

    [Fact]
    public async Task Given_a_process_that_missed_signals_Then_it_hears_everything_again_and_forgets_who_has_gone()
    {
        await using var meeting = await OpenAsync();
        await using var anna = await meeting.Anna.ConnectAsync();
        await using var sibling = await StartSiblingAsync(meeting);
        var ben = await meeting.Ben.At(sibling).ConnectAsync();
        await ExpectAsync(anna, meeting.Ben, "online");

        await meeting.Server.ExecuteAsync(
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and query ilike 'listen%'
            """
        );
        await ben.DisposeAsync();
        await using var cora = await meeting.Cora.At(sibling).ConnectAsync();

        var told = new Dictionary<Guid, string?>();
        while (
            told.GetValueOrDefault(meeting.Ben.Id) != "offline" || told.GetValueOrDefault(meeting.Cora.Id) != "online"
        )
        {
            var frame = await anna.NextAsync("presence_update");
            told[frame.GetProperty("user_id").GetGuid()] = frame.GetProperty("status").GetString();
        }
    }

    private static Task<Meeting> OpenAsync() =>
        Meeting.OpenAsync(services =>
            services.Replace(
                ServiceDescriptor.Singleton(
                    new PresenceOptions
                    {
                        Grace = TimeSpan.Zero,
                        UpdateInterval = TimeSpan.Zero,
                        NewsInterval = TimeSpan.FromMilliseconds(1),
                        BeatInterval = TimeSpan.FromMilliseconds(50),
                        SilentBeats = 60,
                    }
                )
            )
        );

    private static async Task<TestServer> StartSiblingAsync(Meeting meeting)
    {
        var sibling = await meeting.Server.StartSiblingAsync();
        foreach (var server in new[] { meeting.Server, sibling })
        {
            var peers = server.Services.GetRequiredService<PresencePeers>();
            await Eventually.TrueAsync(() => peers.Count == 1);
            var signals = server.Services.GetRequiredService<DatabaseSignals>();
            await Eventually.TrueAsync(() => signals.IsListening);
        }
        return sibling;
    }

    /// <summary>The server knows of so many processes at which the person has devices, its own included.</summary>
    private static Task SeenAsync(TestServer server, Person person, int at = 1)
    {
        var board = server.Services.GetRequiredService<PresenceBoard>();
        return Eventually.HoldsAsync(() => board.ProcessesOf(person.Id) == at, "the process knows");
    }

    private static async Task ExpectAsync(TestSocket socket, Person about, string status)
    {
        JsonElement heard;
        do heard = await socket.NextAsync("presence_update");
        while (heard.GetProperty("user_id").GetGuid() != about.Id);
        heard.GetProperty("status").GetString().ShouldBe(status);
    }
}
