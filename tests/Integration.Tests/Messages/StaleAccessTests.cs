namespace Chatalot.Integration.Tests.Messages;

public sealed class StaleAccessTests
{
    private const int Rounds = 20;
    private const int Readers = 6;

    [Fact]
    public async Task Given_requests_that_remember_rights_all_the_time_When_somebody_is_kicked_Then_nothing_that_begins_later_is_allowed()
    {
        await using var meeting = await Meeting.OpenAsync(set: new() { ["RATE_LIMIT_PER_SECOND"] = "0" });
        var channel = $"/channels/{meeting.Channel}";
        for (var round = 0; round < Rounds; round++)
        {
            using var stop = new CancellationTokenSource();
            var reading = Enumerable.Range(0, Readers).Select(_ => ReadAsync(stop.Token)).ToArray();

            (await meeting.Anna.PostAsync($"{channel}/members/{meeting.Ben.Id}/kick")).Status.ShouldBe(200);
            for (var i = 0; i < Readers; i++)
                (await meeting.Ben.GetAsync($"{channel}/messages")).Status.ShouldBe(403, $"round {round}");

            await stop.CancelAsync();
            await Task.WhenAll(reading);
            (await meeting.Ben.GetAsync($"{channel}/messages")).Status.ShouldBe(
                403,
                $"round {round}, when all is quiet"
            );
            (await meeting.Ben.PostAsync($"{channel}/join")).Status.ShouldBe(200);
            (await meeting.Ben.GetAsync($"{channel}/messages")).Status.ShouldBe(200);
        }

        async Task ReadAsync(CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
                (await meeting.Ben.GetAsync($"{channel}/messages")).Status.ShouldBeOneOf(200, 403);
        }
    }
}
