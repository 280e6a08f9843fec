using Chatalot.Integration.Tests.Auth;
using Chatalot.Integration.Tests.Guide;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Voice;

/// <summary>The real process, killed in the middle of a call.</summary>
public sealed class CallCrashTests
{
    [Fact]
    public async Task Given_a_call_When_the_server_is_killed_and_started_Then_lists_and_database_are_right_again()
    {
        await using var database = await TestDatabase.CreateAsync();
        var dead = await StartAsync(database);
        using var http = new HttpClient { BaseAddress = dead.Address };
        var (ada, bob) = (await RegisterAsync(http, "ada"), await RegisterAsync(http, "bob"));
        var channel = (await ada.PostAsync("/channels", new { name = "lounge", channel_type = "voice" })).Id;
        (await bob.PostAsync($"/channels/{channel}/join")).ShouldBeEmpty();
        await using (var adas = await ada.ConnectAsync())
        await using (var bobs = await bob.ConnectAsync())
        {
            await JoinAsync(adas, channel);
            await JoinAsync(bobs, channel);
            await Eventually.HoldsAsync(async () => await PresentAsync(database) == 2, "both are in the history");
            await dead.StopAsync("KILL");
        }
        (await PresentAsync(database)).ShouldBe(2, "nobody was there to write it down");
        // As if a minute had passed: a process that may still be alive keeps its calls for 45 seconds.
        await ExecuteAsync(database, "update voice_sessions set seen_at = seen_at - interval '1 minute'");

        await using var server = await StartAsync(database, dead.Folder);
        using var httpAgain = new HttpClient { BaseAddress = server.Address };
        await using var back = await new Person(ada.Id, ada.Username, ada.Token, httpAgain).ConnectAsync();
        await back.SendAsync(new { type = "subscribe", channel_ids = new[] { channel } });

        (await CallRoom.NextListAsync(back)).ShouldBeEmpty("a client that shows the old call learns that it is over");
        await JoinAsync(back, channel);
        (await CallRoom.ListOfAsync(back, 1)).ShouldBe([ada.Id]);
        await Eventually.HoldsAsync(async () => await PresentAsync(database) == 1, "the old call has ended");
    }

    private static Task<ServerProcess> StartAsync(TestDatabase database, string? folder = null) =>
        ServerProcess.StartAsync(
            ["dotnet", Path.Combine(AppContext.BaseDirectory, "chatalot-server.dll")],
            folder ?? Directory.CreateTempSubdirectory("chatalot-process-").FullName,
            database.ConnectionString,
            ("REGISTRATION_MODE", "open"),
            ("LOG_PATH", "off")
        );

    private static async Task<Person> RegisterAsync(HttpClient http, string name)
    {
        var answer = (await http.RegisterAsync(name)).Json!;
        return new(answer["user"]!["id"]!.GetValue<Guid>(), name, answer["access_token"]!.GetValue<string>(), http);
    }

    private static Task JoinAsync(TestSocket socket, Guid channel) =>
        socket.SendAsync(new { type = "join_voice", channel_id = channel });

    private static async Task<long> PresentAsync(TestDatabase database)
    {
        await using var command = database.DataSource.CreateCommand(
            "select count(*) from voice_participants where left_at is null"
        );
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task ExecuteAsync(TestDatabase database, string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
