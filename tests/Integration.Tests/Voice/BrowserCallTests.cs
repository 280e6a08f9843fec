using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Operations;

namespace Chatalot.Integration.Tests.Voice;

/// <summary>Two browsers talk to each other through the real server, in the way existing clients do.</summary>
public sealed class BrowserCallTests
{
    private const string Secret = "a secret between two servers";

    /// <summary>A microphone that beeps, and no questions.</summary>
    private static readonly string[] Switches =
    [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        "--autoplay-policy=no-user-gesture-required",
    ];

    [BrowserFact]
    public async Task Given_two_browsers_When_they_join_a_call_Then_each_hears_the_other()
    {
        await using var server = await TestServer.StartAsync();

        var reports = await TalkAsync(server, relayOnly: false);

        reports.ShouldAllBe(report => report.GetProperty("relayed").GetInt32() == 0);
    }

    [BrowserAndCoturnFact]
    public async Task Given_two_browsers_that_may_not_connect_directly_When_they_join_Then_the_relay_carries_their_voices()
    {
        await using var coturn = await Coturn.StartAsync(Secret, OwnAddress());
        await using var server = await TestServer.StartAsync(
            new() { ["TURN_URLS"] = coturn.Url, ["TURN_SECRET"] = Secret }
        );

        var reports = await TalkAsync(server, relayOnly: true);

        reports.ShouldAllBe(report => report.GetProperty("relayed").GetInt32() == 1);
    }

    [BrowserAndJanusFact]
    public async Task Given_two_browsers_and_an_sfu_When_they_join_Then_each_hears_the_other_through_Janus()
    {
        await using var janus = await Janus.StartAsync();
        await using var server = await TestServer.StartAsync(janus.SettingsFor(participants: 2));
        Person[] people = [await server.AddPersonAsync("ada"), await server.AddPersonAsync("bob")];
        var channel = (await people[0].PostAsync("/channels", new { name = "lounge", channel_type = "voice" })).Id;
        (await people[1].PostAsync($"/channels/{channel}/join")).ShouldBeEmpty();
        await using var ada = await Browser.StartAsync(Switches);
        await using var bob = await Browser.StartAsync(Switches);
        Browser[] pages = [ada, bob];

        foreach (var (page, person) in pages.Zip(people))
        {
            // The policy allows wss: only; Janus is without a certificate here.
            await page.IgnoreContentPolicyAsync();
            await StartCallAsync(page, person, channel, relayOnly: false, script: "sfu.js");
        }

        var reports = new List<JsonElement>();
        await Eventually.HoldsAsync(
            async () =>
            {
                reports.Clear();
                foreach (var page in pages)
                    reports.Add(await page.EvaluateAsync("report()"));
                return reports.TrueForAll(IsHearingThroughSfu);
            },
            "both hear each other"
        );
        reports.ShouldAllBe(report => report.GetProperty("problems").GetArrayLength() == 0);

        await using var moderator = await people[0].ConnectAsync();
        await moderator.SendAsync(
            new
            {
                type = "kick_from_voice",
                channel_id = channel,
                user_id = people[1].Id,
            }
        );

        // This page does not hang up by itself, and goes on asking for what it may not hear any more.
        await Eventually.HoldsAsync(
            () => HearsNothingAsync(bob, speaker: ada),
            "who is put out hears nothing any more"
        );
        await bob.EvaluateAsync("forget()");
        (await bob.EvaluateAsync("report()")).GetProperty("receiving").GetInt32().ShouldBe(0, "nor gets it anew");
    }

    /// <summary>True when half a second of speech went by and none of it came.</summary>
    private static async Task<bool> HearsNothingAsync(Browser listener, Browser speaker)
    {
        const int halfASecond = 25;
        var heard = (await listener.EvaluateAsync("report()")).GetProperty("packets").GetInt64();
        var sent = (await speaker.EvaluateAsync("report()")).GetProperty("sent").GetInt64();
        await speaker.HoldsAsync($"report().then(({{ sent }}) => sent > {sent + halfASecond})");
        return (await listener.EvaluateAsync("report()")).GetProperty("packets").GetInt64() == heard;
    }

    /// <summary>Two people talk until both hear sound, then one hangs up and the other one's peer is gone.</summary>
    private static async Task<List<JsonElement>> TalkAsync(TestServer server, bool relayOnly)
    {
        Person[] people = [await server.AddPersonAsync("ada"), await server.AddPersonAsync("bob")];
        var channel = (await people[0].PostAsync("/channels", new { name = "lounge", channel_type = "voice" })).Id;
        (await people[1].PostAsync($"/channels/{channel}/join")).ShouldBeEmpty();
        await using var ada = await Browser.StartAsync(Switches);
        await using var bob = await Browser.StartAsync(Switches);
        Browser[] pages = [ada, bob];
        foreach (var (page, person) in pages.Zip(people))
            await StartCallAsync(page, person, channel, relayOnly);

        var reports = new List<JsonElement>();
        await Eventually.HoldsAsync(
            async () =>
            {
                reports.Clear();
                foreach (var page in pages)
                    reports.Add(await page.EvaluateAsync("report()"));
                return reports.TrueForAll(IsHearing);
            },
            "both hear each other"
        );
        reports.ShouldAllBe(report => report.GetProperty("problems").GetArrayLength() == 0);
        await pages[1].EvaluateAsync("hangUp()");
        await Eventually.HoldsAsync(
            async () => (await pages[0].EvaluateAsync("report()")).GetProperty("peers").GetInt32() == 0,
            "the one who stays has nobody to talk to"
        );
        return reports;
    }

    private static async Task StartCallAsync(
        Browser page,
        Person person,
        Guid channel,
        bool relayOnly,
        string script = "call.js"
    )
    {
        await page.GoAsync(new Uri(person.Server, "/api/health"));
        await page.HoldsAsync("document.readyState == 'complete' && location.pathname == '/api/health'");
        await page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Voice", script)));
        var call = JsonSerializer.Serialize(
            new
            {
                token = person.Token,
                channel,
                self = person.Id,
                relayOnly,
            }
        );
        await page.EvaluateAsync($"startCall({call})");
    }

    private static bool IsHearing(JsonElement report) =>
        report.GetProperty("connected").GetInt32() == 1
        && report.GetProperty("packets").GetInt64() > 0
        && report.GetProperty("energy").GetDouble() > 0;

    private static bool IsHearingThroughSfu(JsonElement report) =>
        report.GetProperty("sending").GetString() == "connected"
        && report.GetProperty("packets").GetInt64() > 0
        && report.GetProperty("energy").GetDouble() > 0;

    /// <summary>Browsers do not use the loopback interface for calls.</summary>
    private static IPAddress OwnAddress() =>
        NetworkInterface
            .GetAllNetworkInterfaces()
            .Where(network =>
                network.OperationalStatus is OperationalStatus.Up
                && network.NetworkInterfaceType is not NetworkInterfaceType.Loopback
            )
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .FirstOrDefault(address => address.AddressFamily is AddressFamily.InterNetwork)
        ?? IPAddress.Loopback;
}

/// <summary>
/// A test that needs chromium and coturn; left out, and counted so, where one of them is not installed.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserAndCoturnFactAttribute : FactAttribute
{
    /// <summary>Looks for the programs.</summary>
    public BrowserAndCoturnFactAttribute()
    {
        if (Browser.Program is null || Coturn.Program is null)
            Skip = "chromium or coturn is not installed (on Debian: apt-get install chromium coturn)";
    }
}
