using Chatalot.Features.Spaces;
using Chatalot.Features.Users;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Spaces;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Users;

public sealed class UserTests
{
    [Fact]
    public async Task Given_people_of_one_community_and_a_stranger_Then_profiles_are_seen_by_mates_and_the_instance_owner()
    {
        await using var harbour = await Harbour.OpenAsync();
        var stranger = await harbour.Server.RegisterAsync("stranger", InstanceRole.Admin);

        var bob = (await harbour.Cy.GetAsync($"/users/{harbour.Bob.Id}")).Json;
        bob.GetProperty("username").GetString().ShouldBe("bob");
        bob.GetProperty("status").GetString().ShouldBe("offline");
        bob.TryGetProperty("bio", out _).ShouldBeFalse();
        bob.TryGetProperty("email", out _).ShouldBeFalse();
        (await harbour.Owner.GetAsync($"/users/{harbour.Bob.Id}")).Status.ShouldBe(200);
        (await stranger.GetAsync($"/users/{stranger.Id}")).Status.ShouldBe(200);
        (await stranger.GetAsync($"/users/{harbour.Bob.Id}")).ShouldFail(404, "user not found");
        (await harbour.Bob.GetAsync($"/users/{stranger.Id}")).ShouldFail(404, "user not found");
        (await harbour.Bob.GetAsync($"/users/{Guid.NewGuid()}")).ShouldFail(404, "user not found");
        (await harbour.Bob.GetAsync("/users/not-an-id")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Given_names_alike_When_searched_Then_equal_ones_come_first_and_wildcards_are_only_letters()
    {
        await using var harbour = await Harbour.OpenAsync();
        var names = new List<string> { "anna_b", "joanna", "annabel", "an" };
        foreach (var name in names)
            await InviteTests.JoinAsync(harbour.Ada, await harbour.Server.RegisterAsync(name), harbour.Community);
        await harbour.Server.RegisterAsync("annastranger");

        (await NamesAsync(harbour.Bob, "ANNA")).ShouldBe(["anna_b", "annabel", "joanna"]);
        (await NamesAsync(harbour.Bob, "an")).ShouldBe(["an", "anna_b", "annabel", "joanna"]);
        (await NamesAsync(harbour.Bob, "a_b")).ShouldBe(["anna_b"]);
        (await NamesAsync(harbour.Bob, "%25%25")).ShouldBeEmpty();
        (await NamesAsync(harbour.Bob, "bob")).ShouldBeEmpty();
        (await NamesAsync(harbour.Owner, "anna")).ShouldBe(["anna_b", "annabel", "annastranger", "joanna"]);
        (await NamesAsync(harbour.Owner, "owner")).ShouldBe(["owner"]);
        foreach (var query in new[] { "", "?q=", "?q=a", "?q=" + new string('x', 257) })
            (await harbour.Bob.GetAsync("/users/search" + query)).ShouldFail(
                400,
                "search query must be 2-256 characters"
            );
        (await harbour.Bob.GetAsync("/users/search?q=a%00b")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Given_suspended_and_blocked_people_When_searched_Then_they_are_not_found()
    {
        await using var harbour = await Harbour.OpenAsync();
        (await NamesAsync(harbour.Bob, "cy")).ShouldBe(["cy"]);

        (await harbour.Cy.PostAsync("/users/block", new { user_id = harbour.Bob.Id })).ShouldBeEmpty();
        (await NamesAsync(harbour.Bob, "cy")).ShouldBeEmpty();
        (await NamesAsync(harbour.Cy, "bob")).ShouldBeEmpty();

        (await harbour.Cy.PostAsync($"/users/unblock/{harbour.Bob.Id}")).ShouldBeEmpty();
        await harbour.ExecuteAsync(
            $"update mt_doc_user set data = data || '{{\"suspended_at\":\"2026-01-01T00:00:00Z\"}}' where id = '{harbour.Cy.Id}'"
        );
        (await NamesAsync(harbour.Bob, "cy")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_a_block_Then_it_is_the_blockers_alone_and_every_process_knows_it_at_once()
    {
        await using var harbour = await Harbour.OpenAsync();
        await using var sibling = await harbour.Server.StartSiblingAsync();
        var (bob, cy) = (harbour.Bob, harbour.Cy);
        var here = harbour.Server.Product.Services.GetRequiredService<BlockDirectory>();
        var there = sibling.Product.Services.GetRequiredService<BlockDirectory>();
        (await there.IsBetweenAsync(bob.Id, cy.Id, default)).ShouldBeFalse();

        (await bob.PostAsync("/users/block", new { user_id = cy.Id })).ShouldBeEmpty();
        (await bob.PostAsync("/users/block", new { user_id = cy.Id })).ShouldBeEmpty();

        (await here.IsBetweenAsync(cy.Id, bob.Id, default)).ShouldBeTrue();
        await Eventually.HoldsAsync(
            async () => await there.IsBetweenAsync(cy.Id, bob.Id, default),
            "the other process knows the block"
        );
        (await bob.GetAsync("/users/blocked")).Rows.Single().GetProperty("blocked_id").GetGuid().ShouldBe(cy.Id);
        (await cy.GetAsync("/users/blocked")).Rows.ShouldBeEmpty();
        (await cy.PostAsync($"/users/unblock/{bob.Id}")).ShouldFail(404, "block not found");
        (await bob.PostAsync($"/users/unblock/{cy.Id}")).ShouldBeEmpty();
        (await bob.PostAsync($"/users/unblock/{cy.Id}")).ShouldFail(404, "block not found");
        (await here.IsBetweenAsync(cy.Id, bob.Id, default)).ShouldBeFalse();
        await Eventually.HoldsAsync(
            async () => !await there.IsBetweenAsync(cy.Id, bob.Id, default),
            "the other process knows that the block is gone"
        );
    }

    [Fact]
    public async Task Given_ids_When_blocked_Then_the_answer_does_not_tell_which_are_users_whom_one_never_met()
    {
        await using var harbour = await Harbour.OpenAsync();
        var stranger = await harbour.Server.RegisterAsync("stranger");

        (await harbour.Bob.PostAsync("/users/block", new { user_id = harbour.Bob.Id })).ShouldFail(
            400,
            "cannot block yourself"
        );
        (await harbour.Bob.PostAsync("/users/block", new { user_id = stranger.Id })).ShouldFail(404, "user not found");
        (await harbour.Bob.PostAsync("/users/block", new { user_id = Guid.NewGuid() })).ShouldFail(
            404,
            "user not found"
        );
        (await harbour.Bob.PostAsync("/users/block", new { user_id = "nobody" })).Status.ShouldBe(422);
        (await harbour.Owner.PostAsync("/users/block", new { user_id = stranger.Id })).ShouldBeEmpty();
    }

    private static async Task<List<string>> NamesAsync(Person person, string query) =>
        [
            .. (await person.GetAsync($"/users/search?q={query}")).Rows.Select(user =>
                user.GetProperty("username").GetString()!
            ),
        ];
}
