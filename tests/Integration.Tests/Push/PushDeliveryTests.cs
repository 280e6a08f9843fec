using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Messages;

namespace Chatalot.Integration.Tests.Push;

public sealed class PushDeliveryTests
{
    [Fact]
    public void The_browser_of_these_tests_reads_the_example_of_the_rfc()
    {
        // RFC 8291, section 5.
        var point = Base64Url.DecodeFromChars(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        );
        using var browser = new PushBrowser(
            ECDiffieHellman.Create(
                new ECParameters
                {
                    Curve = ECCurve.NamedCurves.nistP256,
                    D = Base64Url.DecodeFromChars("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"),
                    Q = new ECPoint { X = point[1..33], Y = point[33..] },
                }
            ),
            Base64Url.DecodeFromChars("BTBZMqHH6r4Tts7J_aSIgg")
        );

        var plain = browser.Decrypt(
            Base64Url.DecodeFromChars(
                "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
                    + "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
            )
        );

        Encoding.UTF8.GetString(plain).ShouldBe("When I grow up, I want to be a watermelon");
    }

    [Fact]
    public async Task Given_somebody_who_is_away_When_a_direct_message_comes_Then_their_browser_is_woken_by_metadata_only()
    {
        await using var harbour = await Harbour.OpenAsync();
        await harbour.SubscribeAsync("https://push.example/201/phone");

        await harbour.SayAsync("secret words");

        var request = (await harbour.RequestsAsync(1)).Single();
        request.Path.ShouldBe("/201/phone");
        request.Headers["TTL"].ToString().ShouldBe("14400");
        request.Headers.ContentEncoding.ToString().ShouldBe("aes128gcm");
        request.Headers["Topic"].ToString().Length.ShouldBe(22);
        var payload = harbour.Browser.Open(request.Body);
        payload
            .ToString()
            .ShouldBe(
                $$"""{"notification_type":"dm","sender_name":"ANNA","channel_id":"{{harbour.Direct}}","channel_name":"Direct Message"}"""
            );
        var claims = harbour.Claims(request.Headers.Authorization.ToString());
        claims.GetProperty("aud").GetString().ShouldBe("https://push.example");
        claims.GetProperty("sub").GetString().ShouldBe("mailto:admin@localhost");
        var expiry = DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("exp").GetInt64());
        (expiry - DateTimeOffset.UtcNow).ShouldBeInRange(TimeSpan.FromMinutes(1), TimeSpan.FromHours(24));
        await harbour.HoldsAsync(
            "select last_used is not null and failure_count = 0 from push_subscriptions where user_id = '{0}'"
        );
    }

    [Fact]
    public async Task Given_devices_Then_one_in_use_keeps_the_browser_asleep_and_an_idle_or_closed_one_does_not()
    {
        await using var harbour = await Harbour.OpenAsync();
        await harbour.SubscribeAsync("https://push.example/201/phone");
        await using (var ben = await harbour.Meeting.Ben.ConnectAsync())
        {
            await harbour.SayAsync("seen at once");
            await ben.NextAsync("new_message");
            await ben.SendAsync(new { type = "update_presence", status = "idle" });
            await ben.DrainAsync();
            await harbour.SayAsync("nobody looks");
            await harbour.RequestsAsync(1);
        }
        await Eventually.HoldsAsync(
            async () =>
            {
                await harbour.SayAsync("gone");
                return harbour.Receiver.Requests.Count > 1;
            },
            "the browser is woken when the socket is closed"
        );
    }

    [Theory]
    [InlineData("insert into presence_choices values ('{0}', 'dnd', now())")]
    [InlineData(
        """insert into user_preferences values ('{0}', '{{"desktopNotifyDm": false}}', now()) on conflict do nothing"""
    )]
    [InlineData("update push_subscriptions set failure_count = 3 where user_id = '{0}'")]
    [InlineData("update sessions set revoked_at = now() where user_id = '{0}'")]
    public async Task Given_somebody_who_does_not_want_it_Then_nobody_is_woken(string sql)
    {
        await using var harbour = await Harbour.OpenAsync();
        await harbour.SubscribeAsync("https://push.example/201/phone");
        await harbour.Meeting.Server.ExecuteAsync(string.Format(sql, harbour.Meeting.Ben.Id));

        await harbour.SayAsync("quiet");
        await harbour.SayAsync("Cora is woken", harbour.DirectToCora);

        (await harbour.RequestsAsync(1)).Single().Path.ShouldBe("/201/cora");
    }

    [Fact]
    public async Task Given_answers_of_push_services_Then_what_is_gone_goes_what_fails_is_counted_and_no_redirect_is_followed()
    {
        await using var harbour = await Harbour.OpenAsync();
        foreach (var path in new[] { "404/a", "410/b", "500/c", "307/d", "201/e", "202/f" })
            await harbour.SubscribeAsync($"https://push.example/{path}");
        await harbour.SubscribeAsync("https://inside.example/201/g");

        await harbour.SayAsync("hello");

        await harbour.HoldsAsync(
            """
            select string_agg(right(endpoint, 1) || failure_count || (last_used is not null)::int, ' ' order by endpoint)
                = 'g10 e01 f01 d10 c10' from push_subscriptions where user_id = '{0}'
            """
        );
        harbour.Receiver.Requests.ShouldAllBe(request => request.Host == "push.example");
        harbour.Receiver.Requests.Count.ShouldBe(6);
        harbour.Receiver.Resolved.ShouldContain("inside.example");
    }

    [Fact]
    public async Task Given_a_service_that_asks_for_a_pause_Then_it_is_left_alone_and_others_are_not()
    {
        await using var harbour = await Harbour.OpenAsync();
        await harbour.SubscribeAsync("https://push.example/429/phone");
        await harbour.SayAsync("one");
        await harbour.RequestsAsync(1);
        await harbour.SubscribeAsync("https://other.example/201/tablet");

        await harbour.HoldsAsync(async () =>
        {
            await harbour.SayAsync("two");
            return harbour.Receiver.Requests.Any(request => request.Host == "other.example");
        });
        harbour.Receiver.Requests.Count(request => request.Host == "push.example").ShouldBe(1);
        harbour.Meeting.Server.Clock.Advance(TimeSpan.FromSeconds(61));
        await harbour.HoldsAsync(async () =>
        {
            await harbour.SayAsync("three");
            return harbour.Receiver.Requests.Count(request => request.Host == "push.example") > 1;
        });
        await harbour.HoldsAsync("select sum(failure_count) = 0 from push_subscriptions");
    }

    /// <summary>
    /// Anna writes to Ben, who is away, and to Cora, whose browser is there to prove that the rest was seen to.
    /// </summary>
    private sealed class Harbour(Meeting meeting, PushReceiver receiver, TestSocket anna, ECDsa key) : IAsyncDisposable
    {
        public Meeting Meeting => meeting;
        public PushReceiver Receiver => receiver;
        public PushBrowser Browser { get; } = new();
        public required Guid Direct { get; init; }
        public required Guid DirectToCora { get; init; }

        public static async Task<Harbour> OpenAsync()
        {
            var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var parameters = key.ExportParameters(true);
            var receiver = await PushReceiver.StartAsync();
            var meeting = await Meeting.OpenAsync(
                receiver.Join,
                new()
                {
                    ["VAPID_PRIVATE_KEY"] = Base64Url.EncodeToString(parameters.D),
                    ["VAPID_PUBLIC_KEY"] = Base64Url.EncodeToString([4, .. parameters.Q.X!, .. parameters.Q.Y!]),
                }
            );
            var harbour = new Harbour(meeting, receiver, await meeting.Anna.ConnectAsync(), key)
            {
                Direct = await meeting.OpenDirectAsync(meeting.Anna, meeting.Ben),
                DirectToCora = await meeting.OpenDirectAsync(meeting.Anna, meeting.Cora),
            };
            await SubscribeAsync(meeting.Cora, harbour.Browser, "https://push.example/201/cora");
            return harbour;
        }

        public Task SubscribeAsync(string endpoint) => SubscribeAsync(meeting.Ben, Browser, endpoint);

        public async Task SayAsync(string text, Guid? to = null) => await anna.PostAsync(to ?? Direct, text);

        public async Task<PushRequest[]> RequestsAsync(int count)
        {
            await Eventually.HoldsAsync(() => receiver.Requests.Count >= count, $"{count} requests came");
            return [.. receiver.Requests];
        }

        public Task HoldsAsync(string sql) =>
            HoldsAsync(() => meeting.Server.QueryAsync<bool>(string.Format(sql, meeting.Ben.Id)));

        public Task HoldsAsync(Func<Task<bool>> condition) =>
            Eventually.HoldsAsync(
                condition,
                string.Join('\n', receiver.Requests.Select(request => request.Host + request.Path))
            );

        /// <summary>What the sender says of itself, if it is signed with the configured key.</summary>
        public JsonElement Claims(string authorization)
        {
            authorization.ShouldStartWith("vapid ");
            var parts = authorization["vapid ".Length..]
                .Split(',', StringSplitOptions.TrimEntries)
                .ToDictionary(part => part[..1], part => part[2..]);
            var token = parts["t"].Split('.');
            key.VerifyData(
                    Encoding.ASCII.GetBytes($"{token[0]}.{token[1]}"),
                    Base64Url.DecodeFromChars(token[2]),
                    HashAlgorithmName.SHA256
                )
                .ShouldBeTrue();
            return JsonElement.Parse(Base64Url.DecodeFromChars(token[1]));
        }

        public async ValueTask DisposeAsync()
        {
            await anna.DisposeAsync();
            await meeting.DisposeAsync();
            await receiver.DisposeAsync();
            Browser.Dispose();
            key.Dispose();
        }

        private static async Task SubscribeAsync(Person person, PushBrowser browser, string endpoint) =>
            (await person.PostAsync("/push/subscribe", browser.Subscription(endpoint))).Status.ShouldBe(204);
    }
}
