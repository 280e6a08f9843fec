using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Voice;

/// <summary>However a membership ends, the place in the call ends with it; and who may end it by a kick.</summary>
public sealed class CallLossTests
{
    [Theory]
    [InlineData("the group is left")]
    [InlineData("the community is left")]
    [InlineData("kicked from the community")]
    [InlineData("banned from the community")]
    [InlineData("the channel is deleted")]
    [InlineData("the group is deleted")]
    [InlineData("the community is deleted")]
    [InlineData("the account is deleted")]
    public async Task Given_a_participant_When_the_membership_ends_in_any_way_Then_nobody_stays_in_the_call(string way)
    {
        await using var spaces = await CallCommunity.OpenAsync();
        await using var cy = await spaces.ListenAsync(spaces.Cy);
        await using var bob = await spaces.ListenAsync(spaces.Bob);
        await spaces.JoinAsync(bob);
        await CallRoom.ListOfAsync(cy, 1);
        await bob.DrainAsync();

        var answer = await (
            way switch
            {
                "the group is left" => spaces.Bob.PostAsync($"/groups/{spaces.Group}/leave"),
                "the community is left" => spaces.Bob.PostAsync($"/communities/{spaces.Community}/leave"),
                "kicked from the community" => spaces.Ada.DeleteAsync(
                    $"/communities/{spaces.Community}/members/{spaces.Bob.Id}"
                ),
                "banned from the community" => spaces.Ada.PostAsync(
                    $"/communities/{spaces.Community}/bans/{spaces.Bob.Id}"
                ),
                "the channel is deleted" => spaces.Ada.DeleteAsync($"/groups/{spaces.Group}/channels/{spaces.Channel}"),
                "the group is deleted" => spaces.Ada.DeleteAsync($"/groups/{spaces.Group}"),
                "the community is deleted" => spaces.Ada.DeleteAsync($"/communities/{spaces.Community}"),
                _ => spaces.Ada.DeleteAsync($"/admin/users/{spaces.Bob.Id}"),
            }
        );

        answer.Status.ShouldBe(200, answer.Body);
        if (way == "the account is deleted")
            await bob.ClosedAsync();
        else
            await bob.NextAsync("kicked_from_voice");
        if (!way.EndsWith("deleted", StringComparison.Ordinal) || way == "the account is deleted")
        {
            await cy.NextAsync("user_left_voice");
            (await CallRoom.NextListAsync(cy)).ShouldBeEmpty();
        }
        await Eventually.HoldsAsync(
            async () =>
                await spaces.Server.QueryAsync<long>("select count(*) from voice_participants where left_at is null")
                == 0,
            "the history knows it too"
        );
    }

    [Fact]
    public async Task Given_effective_roles_When_people_kick_from_a_call_Then_those_of_the_community_count_and_higher_ones_protect()
    {
        await using var spaces = await CallCommunity.OpenAsync();
        var role = await spaces.Ada.PutAsync(
            $"/communities/{spaces.Community}/members/{spaces.Bob.Id}/role",
            new { role = "admin" }
        );
        role.Status.ShouldBe(200, role.Body);
        await using var ada = await spaces.ListenAsync(spaces.Ada);
        await using var bob = await spaces.ListenAsync(spaces.Bob);
        await using var cy = await spaces.ListenAsync(spaces.Cy);
        await spaces.JoinAsync(cy);
        await CallRoom.ListOfAsync(bob, 1);
        await spaces.JoinAsync(ada);
        await CallRoom.ListOfAsync(bob, 2);

        await spaces.KickAsync(bob, spaces.Cy);
        await cy.NextAsync("kicked_from_voice");
        (await CallRoom.ListOfAsync(bob, 1)).ShouldBe([spaces.Ada.Id]);
        await spaces.KickAsync(bob, spaces.Ada);
        await bob.NextErrorAsync("forbidden");
        CallRoom
            .Types(await ada.DrainAsync())
            .Count(type => type == "user_left_voice")
            .ShouldBe(1, "Cy alone has left");
    }
}
