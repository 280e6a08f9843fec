using Chatalot.Shared.Caching;

namespace Chatalot.Features.Tests.Caching;

public sealed class LiveCacheTests
{
    private static readonly Guid Id = Guid.NewGuid();
    private readonly ManualClock clock = new();
    private int reads;

    [Fact]
    public async Task A_value_is_read_once_and_then_given_synchronously()
    {
        var cache = NewCache();
        await cache.GetAsync(Id, Read, default);

        var again = cache.GetAsync(Id, Read, default);

        again.IsCompletedSuccessfully.ShouldBeTrue();
        reads.ShouldBe(1);
    }

    [Fact]
    public async Task Invalidated_or_aged_values_are_read_again()
    {
        var cache = NewCache();
        await cache.GetAsync(Id, Read, default);
        cache.Invalidate(Id);
        await cache.GetAsync(Id, Read, default);
        cache.Invalidate(value => value == "1");
        await cache.GetAsync(Id, Read, default);
        reads.ShouldBe(2);
        cache.Invalidate(value => value == "2");
        await cache.GetAsync(Id, Read, default);
        cache.Clear();
        await cache.GetAsync(Id, Read, default);
        clock.Advance(TimeSpan.FromMinutes(1));
        await cache.GetAsync(Id, Read, default);

        reads.ShouldBe(5);
    }

    [Fact]
    public async Task While_its_source_is_away_an_aged_value_counts_and_one_that_changed_does_not()
    {
        var isAway = false;
        var cache = new LiveCache<string>(capacity: 4, TimeSpan.FromMinutes(1), clock, () => isAway);
        await cache.GetAsync(Id, Read, default);
        clock.Advance(TimeSpan.FromHours(1));

        isAway = true;
        (await cache.GetAsync(Id, Read, default)).ShouldBe("1");
        cache.Invalidate(Id);
        (await cache.GetAsync(Id, Read, default)).ShouldBe("2");
        clock.Advance(TimeSpan.FromHours(1));
        isAway = false;
        (await cache.GetAsync(Id, Read, default)).ShouldBe("3");
    }

    [Fact]
    public async Task A_value_that_changes_while_it_is_read_is_not_kept()
    {
        var cache = NewCache();
        await cache.GetAsync(
            Id,
            (_, _) =>
            {
                cache.Invalidate(Id);
                return Task.FromResult<string?>("stale");
            },
            default
        );

        (await cache.GetAsync(Id, Read, default)).ShouldBe("1");
    }

    [Fact]
    public async Task What_is_absent_is_not_remembered()
    {
        var cache = NewCache();
        (await cache.GetAsync(Id, (_, _) => Task.FromResult<string?>(null), default)).ShouldBeNull();

        (await cache.GetAsync(Id, Read, default)).ShouldBe("1");
    }

    [Fact]
    public async Task The_cache_never_holds_more_than_its_capacity()
    {
        var cache = NewCache();
        for (var i = 0; i < 10; i++)
            await cache.GetAsync(Guid.NewGuid(), Read, default);
        reads = 0;

        await cache.GetAsync(Id, Read, default);
        await cache.GetAsync(Id, Read, default);

        reads.ShouldBe(1);
    }

    private LiveCache<string> NewCache() => new(capacity: 4, TimeSpan.FromMinutes(1), clock);

    private Task<string?> Read(Guid id, CancellationToken ct) => Task.FromResult<string?>($"{++reads}");

    private sealed class ManualClock : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan time) => now += time.Ticks;

        public override long GetTimestamp() => now;
    }
}
