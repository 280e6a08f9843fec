using Chatalot.Features.Channels;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Spaces;

public sealed class SeveralServersTests
{
    [Fact]
    public async Task Given_two_servers_When_somebody_leaves_on_one_Then_the_other_refuses_them_and_ends_their_sockets()
    {
        await using var harbour = await Harbour.OpenAsync();
        await using var sibling = await harbour.Server.StartSiblingAsync();
        var id = (await harbour.Bob.PostAsync("/channels", new { name = "tides", channel_type = "text" })).Id;
        await harbour.Cy.PostAsync($"/channels/{id}/join");
        await ListeningAsync(sibling);
        var lost = new TaskCompletionSource<MembershipChange>();
        sibling.Membership.Changed += change =>
        {
            // That they joined may be heard only now.
            if (change.Kind is MembershipChangeKind.Lost)
                lost.TrySetResult(change);
        };
        (await sibling.Access.FindAsync(id, harbour.Cy.Id, default)).ShouldNotBeNull();

        (await harbour.Cy.PostAsync($"/channels/{id}/leave")).ShouldBeEmpty();

        var change = await lost.Task.WaitAsync(TimeSpan.FromSeconds(10));
        change.ChannelIds.ShouldBe([id]);
        change.UserId.ShouldBe(harbour.Cy.Id);
        (await sibling.Access.FindAsync(id, harbour.Cy.Id, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Given_two_servers_When_settings_change_on_one_Then_the_other_knows()
    {
        await using var harbour = await Harbour.OpenAsync();
        await using var sibling = await harbour.Server.StartSiblingAsync();
        var id = (await harbour.Bob.PostAsync("/channels", new { name = "tides", channel_type = "text" })).Id;
        await ListeningAsync(sibling);
        (await sibling.Access.FindAsync(id, harbour.Bob.Id, default))!.Channel.ReadOnly.ShouldBeFalse();

        (await harbour.Bob.PatchAsync($"/channels/{id}", new { read_only = true })).Status.ShouldBe(200);

        await Eventually.HoldsAsync(
            async () => (await sibling.Access.FindAsync(id, harbour.Bob.Id, default))!.Channel.ReadOnly,
            "the sibling sees the new settings"
        );
    }

    /// <summary>Signals sent before a server listens are gone; it says so, once, when it begins.</summary>
    private static Task ListeningAsync(SpacesServer server) =>
        Eventually.HoldsAsync(() => server.Membership.Losses > 0, "the server listens to signals");
}
