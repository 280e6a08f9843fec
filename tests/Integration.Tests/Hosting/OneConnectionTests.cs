using System.Text;
using Chatalot.Integration.Tests.Files;
using Chatalot.Integration.Tests.Spaces;
using Chatalot.Integration.Tests.Texts;

namespace Chatalot.Integration.Tests.Hosting;

/// <summary>
/// A pool of one connection: whoever holds it and asks for a second one waits until the wait is given up, as a crowd of
/// callers would with a pool of any size.
/// </summary>
public sealed class OneConnectionTests : IAsyncLifetime
{
    private Quay quay = null!;

    public async Task InitializeAsync() => quay = await Quay.OpenAsync(new() { ["DB_POOL_MAX"] = "1" });

    public async Task DisposeAsync() => await quay.DisposeAsync();

    [Fact]
    public async Task Nobody_holds_one_connection_while_waiting_for_another_in_spaces()
    {
        var (ada, bob, cy) = (quay.Owner, quay.Bob, quay.Cy);
        var community = (await ada.PostAsync("/communities", new { name = "Rowing" })).Id;
        await InviteTests.JoinAsync(ada, bob, community);
        await InviteTests.JoinAsync(ada, cy, community);
        object asked = new
        {
            community_id = community,
            name = "Oars",
            visibility = "public",
        };
        var group = (await ada.PostAsync("/groups", asked)).Id;
        var channel = (
            await ada.PostAsync($"/groups/{group}/channels", new { name = "blades", channel_type = "text" })
        ).Id;

        (await bob.PostAsync("/dms", new { target_user_id = cy.Id })).Status.ShouldBe(200);
        (await bob.PutAsync("/account/profile", new { bio = "rows" })).Status.ShouldBe(200);
        (await ada.PostAsync($"/channels/{channel}/transfer-ownership", new { new_owner_id = bob.Id })).ShouldBeEmpty();
        (await ada.PostAsync($"/communities/{community}/bans/{cy.Id}", new { reason = "rude" })).ShouldBeEmpty();
        (await ada.DeleteAsync($"/groups/{group}/channels/{channel}")).ShouldBeEmpty();
        (await ada.DeleteAsync($"/admin/users/{cy.Id}")).ShouldBeEmpty();
        (await ada.DeleteAsync($"/communities/{community}")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nobody_holds_one_connection_while_waiting_for_another_in_a_channel()
    {
        var poll = (
            await quay.Ada.PostAsync(
                $"/channels/{quay.Channel}/polls",
                new { question = "Row?", options = new[] { "yes", "no" } }
            )
        ).Id;
        var file = (await quay.Bob.UploadAsync(Encoding.UTF8.GetBytes("rows"), "rows.txt", quay.Channel)).Id;
        var said = await quay.SayAsync(quay.Ada, "hello");

        (await quay.Bob.PostAsync($"/polls/{poll}/vote", new { option_index = 0 })).ShouldBeEmpty();
        (await quay.Bob.DeleteAsync($"/files/{file}")).ShouldBeEmpty();
        (await quay.Ada.PostAsync($"/channels/{quay.Channel}/pins/{said}")).Status.ShouldBe(200);
        (await quay.Bob.PostAsync("/users/block", new { user_id = quay.Ada.Id })).ShouldBeEmpty();
        (await quay.Ada.PostAsync($"/channels/{quay.Channel}/members/{quay.Bob.Id}/kick")).ShouldBeEmpty();
    }

    [Fact]
    public async Task No_job_waits_for_the_connection_that_its_own_lock_holds()
    {
        var jobs = (await quay.Owner.GetAsync("/admin/jobs")).Rows;

        var runs = await Task.WhenAll(
            jobs.Select(job => quay.Owner.PostAsync($"/admin/jobs/{job.GetProperty("name").GetString()}/run"))
        );

        runs.ShouldNotBeEmpty();
        runs.Select(run => run.Json.GetProperty("outcome").GetString()).Distinct().ShouldBe(["succeeded"]);
    }

    [Fact]
    public async Task A_crowd_that_votes_at_once_is_served()
    {
        var poll = (
            await quay.Ada.PostAsync(
                $"/channels/{quay.Channel}/polls",
                new { question = "Row?", options = new[] { "yes", "no" } }
            )
        ).Id;
        var crowd = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => quay.Server.AddPersonAsync($"rower{i}")));
        foreach (var rower in crowd)
            (await rower.PostAsync($"/channels/{quay.Channel}/join")).ShouldBeEmpty();

        var answers = await Task.WhenAll(
            crowd.Select(rower => rower.PostAsync($"/polls/{poll}/vote", new { option_index = 1 }))
        );

        answers.ShouldAllBe(answer => answer.Status == 200);
    }
}
