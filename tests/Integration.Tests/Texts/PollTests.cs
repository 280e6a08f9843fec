using System.Net.Http.Json;
using System.Text.Json;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Endpoints;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Chatalot.Integration.Tests.Texts;

public sealed class PollTests
{
    [Fact]
    public async Task Given_a_single_choice_When_a_vote_moves_Then_only_what_changed_is_told()
    {
        await using var quay = await Quay.OpenAsync();
        await using var listener = await quay.ListenAsync(quay.Ada);
        var poll = await AskAsync(quay, new { question = " When? ", options = new[] { "six", " seven " } });
        var id = poll.GetProperty("id").GetGuid();

        poll.GetProperty("question").GetString().ShouldBe("When?");
        poll.GetProperty("options")[1].GetString().ShouldBe("seven");
        poll.GetProperty("expires_at").ValueKind.ShouldBe(JsonValueKind.Null);
        poll.GetProperty("votes")[1].GetProperty("voter_ids").GetArrayLength().ShouldBe(0);
        (await listener.NextAsync("poll_created")).GetProperty("poll_id").GetGuid().ShouldBe(id);

        (await quay.Bob.PostAsync($"/polls/{id}/vote", new { option_index = 0 })).ShouldBeEmpty();
        (await quay.Bob.PostAsync($"/polls/{id}/vote", new { option_index = 0 })).ShouldBeEmpty();
        (await quay.Bob.PostAsync($"/polls/{id}/vote", new { option_index = 1 })).ShouldBeEmpty();
        (await quay.Bob.DeleteAsync($"/polls/{id}/vote/0")).ShouldBeEmpty();
        (await quay.Bob.DeleteAsync($"/polls/{id}/vote/99")).ShouldFail(400, "invalid option index");
        (await quay.Bob.PostAsync($"/polls/{id}/vote", new { option_index = 2 })).ShouldFail(
            400,
            "invalid option index"
        );
        (await quay.Cy.PostAsync($"/polls/{id}/vote", new { option_index = 0 })).ShouldFail(403, "forbidden");

        (await listener.DrainAsync())
            .Select(frame => $"{frame.GetProperty("type").GetString()} {frame.GetProperty("option_index").GetInt32()}")
            .ShouldBe(["poll_voted 0", "poll_vote_removed 0", "poll_voted 1"]);
        var votes = (await quay.Ada.GetAsync($"/polls/{id}")).Json.GetProperty("votes");
        votes[1].GetProperty("count").GetInt32().ShouldBe(1);
        votes[1].GetProperty("voter_ids")[0].GetGuid().ShouldBe(quay.Bob.Id);
        votes[0].GetProperty("count").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Given_an_anonymous_poll_Then_nobody_learns_who_voted_and_the_voter_is_not_told_twice()
    {
        await using var quay = await Quay.OpenAsync();
        var poll = await AskAsync(
            quay,
            new
            {
                question = "Ж".PadRight(500, 'Ж'),
                options = new[] { "a", "a" },
                multi_select = true,
                anonymous = true,
            }
        );
        var id = poll.GetProperty("id").GetGuid();
        await using var voter = await quay.ListenAsync(quay.Bob);
        await using var other = await quay.ListenAsync(quay.Ada);

        await quay.Bob.PostAsync($"/polls/{id}/vote", new { option_index = 0 });
        await quay.Bob.PostAsync($"/polls/{id}/vote", new { option_index = 1 });

        (await other.NextAsync("poll_voted")).GetProperty("voter_id").ValueKind.ShouldBe(JsonValueKind.Null);
        (await other.DrainAsync()).Count.ShouldBe(1);
        (await voter.DrainAsync()).ShouldBeEmpty();
        var read = (await quay.Bob.GetAsync($"/polls/{id}")).Json;
        read.GetProperty("votes")[0].GetProperty("voter_ids").GetArrayLength().ShouldBe(0);
        read.GetProperty("my_votes").GetArrayLength().ShouldBe(2);
        (await quay.Ada.GetAsync($"/polls/{id}")).Json.GetProperty("my_votes").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Given_a_single_choice_When_one_person_votes_many_times_at_once_Then_one_vote_stays()
    {
        await using var quay = await Quay.OpenAsync();
        var poll = await AskAsync(quay, new { question = "?", options = new[] { "a", "b", "c", "d" } });
        var id = poll.GetProperty("id").GetGuid();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => quay.Bob.PostAsync($"/polls/{id}/vote", new { option_index = i % 4 }))
        );

        answers.ShouldAllBe(answer => answer.Status == 200);
        (await quay.Server.QueryAsync<long>("select count(*) from poll_votes")).ShouldBe(1);
    }

    [Fact]
    public async Task Given_wrong_questions_Then_each_is_refused_with_its_reason_and_membership_comes_first()
    {
        await using var quay = await Quay.OpenAsync();
        var path = $"/channels/{quay.Channel}/polls";
        var two = new[] { "a", "b" };

        (await quay.Cy.PostAsync(path, new { question = "", options = two })).ShouldFail(403, "forbidden");
        (await quay.Bob.PostAsync(path, new { question = " ", options = two })).ShouldFail(
            400,
            "question must be 1-500 characters"
        );
        (await quay.Bob.PostAsync(path, new { question = "?", options = new[] { "a" } })).ShouldFail(
            400,
            "polls must have 2-10 options"
        );
        (await quay.Bob.PostAsync(path, new { question = "?", options = new[] { "a", " " } })).ShouldFail(
            400,
            "each option must be 1-200 characters"
        );
        (
            await quay.Bob.PostAsync(
                path,
                new
                {
                    question = "?",
                    options = two,
                    expires_in_minutes = 0,
                }
            )
        ).ShouldFail(400, "expires_in_minutes must be 1-10080");
        (
            await quay.Bob.PostAsync(
                path,
                new
                {
                    question = "?",
                    options = two,
                    anonymous = (bool?)null,
                }
            )
        ).Status.ShouldBe(422);
    }

    [Fact]
    public async Task Given_a_poll_that_ended_Then_it_takes_no_votes()
    {
        await using var quay = await Quay.OpenAsync();
        var id = (
            await AskAsync(
                quay,
                new
                {
                    question = "?",
                    options = new[] { "a", "b" },
                    expires_in_minutes = 1,
                }
            )
        ).GetProperty("id").GetGuid();

        quay.Server.Clock.Advance(TimeSpan.FromMinutes(2));
        (await quay.Bob.PostAsync($"/polls/{id}/vote", new { option_index = 0 })).ShouldFail(400, "poll has expired");
        (await quay.Cy.PostAsync($"/polls/{id}/close")).ShouldFail(403, "forbidden");
        (await quay.Ada.PostAsync($"/polls/{id}/close")).ShouldBeEmpty();
        (await quay.Bob.PostAsync($"/polls/{id}/close")).ShouldBeEmpty();
        (await quay.Bob.DeleteAsync($"/polls/{id}/vote/0")).ShouldFail(400, "poll is closed");
        (await quay.Bob.PostAsync($"/polls/{Guid.NewGuid()}/close")).ShouldFail(404, "poll not found");
        (await quay.Bob.GetAsync($"/channels/{quay.Channel}/polls"))
            .Rows.Single()
            .GetProperty("closed")
            .GetBoolean()
            .ShouldBeTrue();
    }

    private static async Task<JsonElement> AskAsync(Quay quay, object poll) =>
        (await quay.Bob.PostAsync($"/channels/{quay.Channel}/polls", poll)).Json;

    [Fact]
    public async Task Given_a_client_that_left_before_the_answer_When_it_repeats_Then_there_is_one_poll_and_the_channel_knows()
    {
        await using var quay = await Quay.OpenAsync();
        await using var bob = await quay.ListenAsync(quay.Bob);
        await using var votes = await HeldVotes.OfAsync(quay);
        using var client = new HttpClient { BaseAddress = quay.Ada.Server };
        client.DefaultRequestHeaders.Authorization = new("Bearer", quay.Ada.Token);
        using var leave = new CancellationTokenSource();
        var left = client.PostAsJsonAsync($"/api/channels/{quay.Channel}/polls", HeldVotes.Poll, leave.Token);
        await votes.PollIsStoredAsync();
        await leave.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(left);
        await votes.AnswerIsLostAsync();
        await votes.ReleaseAsync();

        var created = await bob.NextAsync("poll_created");
        var again = (await quay.Ada.PostAsync($"/channels/{quay.Channel}/polls", HeldVotes.Poll)).Id;
        again.ShouldBe(created.GetProperty("poll_id").GetGuid());
        (await quay.Ada.PostAsync($"/channels/{quay.Channel}/polls", HeldVotes.Poll)).Id.ShouldNotBe(again);
        (await quay.Server.QueryAsync<long>("select count(*) from polls")).ShouldBe(2);
    }

    [Fact]
    public async Task Given_the_time_is_over_when_a_poll_is_stored_Then_it_is_answered_all_the_same()
    {
        await using var quay = await Quay.OpenAsync(new() { ["REQUEST_TIMEOUT_SECONDS"] = "1" });
        await using var votes = await HeldVotes.OfAsync(quay);
        var late = quay.Ada.PostAsync($"/channels/{quay.Channel}/polls", HeldVotes.Poll);
        await votes.PollIsStoredAsync();
        await votes.AnswerIsLostAsync();
        await votes.ReleaseAsync();

        (await late).Json.GetProperty("question").GetString().ShouldBe("Sail?");
    }

    /// <summary>Ada's poll is stored, but its answer waits for the table of votes.</summary>
    private sealed class HeldVotes(Quay quay, NpgsqlConnection connection, NpgsqlTransaction hold) : IAsyncDisposable
    {
        public static object Poll { get; } = new { question = "Sail?", options = new[] { "yes", "no" } };

        public static async Task<HeldVotes> OfAsync(Quay quay)
        {
            var connection = await quay.Server.Database.DataSource.OpenConnectionAsync();
            var hold = await connection.BeginTransactionAsync();
            await using var command = new NpgsqlCommand("lock table poll_votes in access exclusive mode", connection);
            await command.ExecuteNonQueryAsync();
            return new HeldVotes(quay, connection, hold);
        }

        public Task PollIsStoredAsync() =>
            Eventually.HoldsAsync(
                async () => await quay.Server.QueryAsync<long>("select count(*) from polls") == 1,
                "the poll is stored"
            );

        /// <summary>The client has gone, or the time for the answer has passed, and the server knows.</summary>
        public Task AnswerIsLostAsync()
        {
            var fingerprint = LostAnswers.Fingerprint(
                quay.Ada.Id,
                "poll",
                [quay.Channel, false, false, null, "Sail?", "yes", "no"]
            );
            var answers = quay.Server.Services.GetRequiredService<LostAnswers>();
            return Eventually.TrueAsync(() => answers.Find(fingerprint) != null);
        }

        public Task ReleaseAsync() => hold.RollbackAsync();

        public async ValueTask DisposeAsync()
        {
            await hold.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
