using Chatalot.Shared.Http;

namespace Chatalot.Features.Tests.Http;

public sealed class RateLimitTests
{
    private readonly ManualClock clock = new();

    [Fact]
    public void Given_a_full_bucket_When_its_burst_is_spent_Then_the_next_is_refused_until_a_token_came_back()
    {
        var bucket = new TokenBucket(new BucketSize(5, 10), clock);

        Enumerable.Range(0, 10).ShouldAllBe(_ => bucket.Take().IsGranted);
        bucket.Take().ShouldBe(new Grant(false, 0, 2, 1));
        clock.Advance(TimeSpan.FromSeconds(0.1));
        bucket.Take().IsGranted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(0.1));
        bucket.Take().IsGranted.ShouldBeTrue("fractions of 0.1 s add up to one token");
        bucket.Take().IsGranted.ShouldBeFalse();
    }

    [Fact]
    public void Given_a_long_rest_When_tokens_come_back_Then_no_more_than_the_burst()
    {
        var bucket = new TokenBucket(new BucketSize(20, 3), clock);
        clock.Advance(TimeSpan.FromSeconds(3600));

        Enumerable.Range(0, 4).Count(_ => bucket.Take().IsGranted).ShouldBe(3);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(10, 0)]
    public void A_zero_lifts_the_limit(double perSecond, int burst)
    {
        var bucket = new TokenBucket(new BucketSize(perSecond, burst), clock);

        Enumerable.Range(0, 1000).ShouldAllBe(_ => bucket.Take().IsGranted);
    }

    [Fact]
    public void Given_a_slow_refill_When_refused_Then_the_wait_for_one_token_is_told()
    {
        var bucket = new TokenBucket(new BucketSize(0.1, 1), clock);
        bucket.Take();

        bucket.Take().SecondsToNext.ShouldBe(10);
    }

    [Fact]
    public void Given_several_keys_When_one_is_spent_Then_the_others_are_not()
    {
        var buckets = new TokenBuckets<string>(new BucketSize(1, 1), clock);

        buckets.Take("a").IsGranted.ShouldBeTrue();
        buckets.Take("a").IsGranted.ShouldBeFalse();
        buckets.Take("b").IsGranted.ShouldBeTrue();
    }

    [Fact]
    public void Given_idle_buckets_When_they_are_full_again_Then_their_memory_is_given_back()
    {
        var buckets = new TokenBuckets<int>(new BucketSize(10, 20), clock);
        for (var key = 0; key < 1000; key++)
            buckets.Take(key);
        buckets.Count.ShouldBe(1000);

        clock.Advance(TimeSpan.FromSeconds(3));
        buckets.Take(-1);

        buckets.Count.ShouldBe(1);
    }

    [Fact]
    public void Given_a_bucket_that_is_not_full_When_others_are_dropped_Then_it_keeps_its_count()
    {
        var buckets = new TokenBuckets<string>(new BucketSize(1, 10), clock);
        for (var i = 0; i < 10; i++)
            buckets.Take("busy");
        clock.Advance(TimeSpan.FromSeconds(4));
        buckets.Take("other");

        Enumerable.Range(0, 10).Count(_ => buckets.Take("busy").IsGranted).ShouldBe(4);
    }

    [Fact]
    public void Given_more_keys_than_room_When_newcomers_call_Then_they_share_one_bucket()
    {
        var buckets = new TokenBuckets<int>(new BucketSize(1, 2), clock, capacity: 5);
        for (var key = 0; key < 5; key++)
            buckets.Take(key).IsGranted.ShouldBeTrue();

        Enumerable.Range(100, 10).Count(key => buckets.Take(key).IsGranted).ShouldBe(2);
        buckets.Count.ShouldBe(5);
        buckets.Take(0).IsGranted.ShouldBeTrue("those who were there first keep their own");
    }

    [Fact]
    public async Task Given_many_threads_When_they_take_at_once_Then_exactly_the_burst_is_granted()
    {
        var buckets = new TokenBuckets<string>(new BucketSize(1, 500), clock);
        var granted = 0;

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 2000),
            (_, _) =>
            {
                if (buckets.Take("one").IsGranted)
                    Interlocked.Increment(ref granted);
                return ValueTask.CompletedTask;
            }
        );

        granted.ShouldBe(500);
    }

    [Theory]
    [InlineData("/api/auth/login", false, "Auth")]
    [InlineData("/API/Auth/Register", false, "Auth")]
    [InlineData("/api/auth/recover", true, "Auth")]
    [InlineData("/api/auth/refresh", false, "Session")]
    [InlineData("/api/auth/config", false, "Session")]
    [InlineData("/api/health", false, "Exempt")]
    [InlineData("/api/health/live", false, "Exempt")]
    [InlineData("/api/healthy", false, "General")]
    [InlineData("/api/account/me", true, "SignedIn")]
    [InlineData("/api/account/me", false, "General")]
    [InlineData("/api/avatars/{filename}", false, "Pictures")]
    [InlineData("/api/emojis/{id}", true, "Pictures")]
    [InlineData("/api/files/{file_id}/thumb", true, "FileReads")]
    [InlineData("/api/files/upload", true, "SignedIn")]
    [InlineData("/api", false, "General")]
    [InlineData("/apiary", false, "Exempt")]
    [InlineData("/ws", false, "Exempt")]
    [InlineData("/_app/immutable/a.js", false, "Exempt")]
    [InlineData("/", false, "Exempt")]
    public void Each_route_is_charged_to_its_buckets(string route, bool bringsToken, string rule) =>
        RateLimitRules.Of(route, bringsToken).ToString().ShouldBe(rule);
}
