using Chatalot.Features.Spaces;

namespace Chatalot.Features.Tests.Spaces;

/// <summary>
/// The contract's matrix (spaces.md 3), one line an action, one column a level from member to instance owner.
/// </summary>
public sealed class PermissionMatrixTests
{
    [Theory]
    [InlineData(CommunityAction.View, "✓✓✓✓✓✓")]
    [InlineData(CommunityAction.EditSettings, "--✓✓✓✓")]
    [InlineData(CommunityAction.ManageEmoji, "--✓✓✓✓")]
    [InlineData(CommunityAction.ManageInvites, "--✓✓✓✓")]
    [InlineData(CommunityAction.CreatePersonalGroup, "-✓✓✓✓✓")]
    [InlineData(CommunityAction.SetRole, "--✓✓✓✓")]
    [InlineData(CommunityAction.GrantAdmin, "---✓✓✓")]
    [InlineData(CommunityAction.RenameOthers, "--✓✓✓✓")]
    [InlineData(CommunityAction.RemoveMember, "-✓✓✓✓✓")]
    [InlineData(CommunityAction.ManageBans, "-✓✓✓✓✓")]
    [InlineData(CommunityAction.Discipline, "-✓✓✓✓✓")]
    [InlineData(CommunityAction.TransferOwnership, "---✓✓✓")]
    [InlineData(CommunityAction.Delete, "---✓✓✓")]
    public void Community(CommunityAction action, string expected) =>
        Row(level => PermissionMatrix.Allows(action, level)).ShouldBe(expected);

    [Theory]
    [InlineData(ChannelAction.View, "✓✓✓✓✓✓")]
    [InlineData(ChannelAction.WriteUnrestricted, "-✓✓✓✓✓")]
    [InlineData(ChannelAction.ManageMessages, "-✓✓✓✓✓")]
    [InlineData(ChannelAction.RemoveMember, "-✓✓✓✓✓")]
    [InlineData(ChannelAction.LiftBan, "-✓✓✓✓✓")]
    [InlineData(ChannelAction.SetRole, "--✓✓✓✓")]
    [InlineData(ChannelAction.GrantAdmin, "---✓✓✓")]
    [InlineData(ChannelAction.EditSettings, "---✓✓✓")]
    [InlineData(ChannelAction.TransferOwnership, "---✓✓✓")]
    public void Channel(ChannelAction action, string expected) =>
        Row(level => PermissionMatrix.Allows(action, level)).ShouldBe(expected);

    [Theory]
    [InlineData(GroupAction.View, "-✓✓✓")]
    [InlineData(GroupAction.EditSettings, "--✓✓")]
    [InlineData(GroupAction.ManageChannels, "--✓✓")]
    [InlineData(GroupAction.ManageInvites, "--✓✓")]
    [InlineData(GroupAction.TransferOwnership, "---✓")]
    [InlineData(GroupAction.Delete, "---✓")]
    public void Group(GroupAction action, string expectedForNoneMemberAdminOwner) =>
        string.Concat(
                new SpaceRole?[] { null, SpaceRole.Member, SpaceRole.Admin, SpaceRole.Owner }.Select(role =>
                    PermissionMatrix.Allows(action, role) ? '✓' : '-'
                )
            )
            .ShouldBe(expectedForNoneMemberAdminOwner);

    [Fact]
    public void Every_action_has_its_line()
    {
        foreach (var action in Enum.GetValues<CommunityAction>())
            Should.NotThrow(() => PermissionMatrix.Allows(action, Level.Member));
        foreach (var action in Enum.GetValues<ChannelAction>())
            Should.NotThrow(() => PermissionMatrix.Allows(action, Level.Member));
        foreach (var action in Enum.GetValues<GroupAction>())
            Should.NotThrow(() => PermissionMatrix.Allows(action, SpaceRole.Member));
    }

    [Theory]
    [InlineData(Policy.Everyone, "✓✓✓✓✓✓")]
    [InlineData(Policy.Moderator, "-✓✓✓✓✓")]
    [InlineData(Policy.Admin, "--✓✓✓✓")]
    public void Policies(Policy policy, string expected) =>
        Row(level => policy.IsSatisfiedBy(level)).ShouldBe(expected);

    private static string Row(Func<int, bool> allows) =>
        string.Concat(Enumerable.Range(Level.Member, 6).Select(level => allows(level) ? '✓' : '-'));
}
