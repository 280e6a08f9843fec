using Chatalot.Shared.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Chatalot.Features.Tests.Http;

public sealed class LostAnswersTests
{
    private readonly ManualClock clock = new();
    private readonly LostAnswers answers;

    public LostAnswersTests() => answers = new LostAnswers(clock);

    [Fact]
    public void Given_an_answer_that_arrived_Then_an_equal_creation_is_another_one()
    {
        var request = new Request();
        answers.Watch(request.Context, "poll", Guid.CreateVersion7());
        answers.Find("poll").ShouldBeNull("it may still be answered");

        request.Complete();

        answers.Find("poll").ShouldBeNull();
    }

    [Fact]
    public void Given_a_client_that_left_before_its_answer_Then_its_repeat_is_known_for_a_few_seconds()
    {
        var (request, id) = (new Request(), Guid.CreateVersion7());
        answers.Watch(request.Context, "poll", id);

        request.Abort();
        answers.Find("poll").ShouldBe(id, "the request still runs");
        request.Complete();

        answers.Find("poll").ShouldBe(id);
        answers.Find("other").ShouldBeNull();
        clock.Advance(TimeSpan.FromSeconds(9));
        answers.Find("poll").ShouldBe(id);
        clock.Advance(TimeSpan.FromSeconds(2));
        answers.Find("poll").ShouldBeNull();
    }

    [Fact]
    public void Given_a_repeat_that_was_answered_Then_the_next_equal_creation_is_meant()
    {
        var (lost, repeat, id) = (new Request(), new Request(), Guid.CreateVersion7());
        answers.Watch(lost.Context, "poll", id);
        lost.Abort();
        answers.Watch(repeat.Context, "poll", id);
        lost.Complete();

        repeat.Complete();

        answers.Find("poll").ShouldBeNull();
    }

    [Fact]
    public void Fingerprints_tell_fields_apart_and_null_from_nothing()
    {
        var who = Guid.CreateVersion7();
        string?[][] all =
        [
            ["ab", "c"],
            ["a", "bc"],
            ["abc"],
            ["abc", null],
            ["abc", ""],
            ["ab 1:c"],
        ];

        all.Select(fields => LostAnswers.Fingerprint(who, "poll", fields)).Distinct().Count().ShouldBe(all.Length);
        LostAnswers
            .Fingerprint(who, "poll", "a")
            .ShouldNotBe(LostAnswers.Fingerprint(Guid.CreateVersion7(), "poll", "a"));
        LostAnswers.Fingerprint(who, "poll", "a").ShouldBe(LostAnswers.Fingerprint(who, "poll", "a"));
    }

    /// <summary>A request whose end the test decides.</summary>
    private sealed class Request : HttpResponseFeature
    {
        private readonly CancellationTokenSource aborted = new();
        private readonly List<(Func<object, Task> Callback, object State)> completed = [];

        public Request()
        {
            Context.Features.Set<IHttpResponseFeature>(this);
            Context.RequestAborted = aborted.Token;
        }

        public DefaultHttpContext Context { get; } = new();

        public void Abort() => aborted.Cancel();

        public void Complete() => completed.ForEach(one => one.Callback(one.State));

        public override void OnCompleted(Func<object, Task> callback, object state) => completed.Add((callback, state));
    }
}
