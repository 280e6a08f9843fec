using Chatalot.Features.Groups;
using Chatalot.Features.Spaces;

namespace Chatalot.Features.Tests.Spaces;

public sealed class GroupStandingTests
{
    [Theory]
    // Public groups are known to the community, private ones to those with a role in them.
    [InlineData(true, null, SpaceRole.Member, InstanceRole.None, 403)]
    [InlineData(true, null, null, InstanceRole.None, 404)]
    [InlineData(false, null, SpaceRole.Owner, InstanceRole.None, 404)]
    [InlineData(false, null, SpaceRole.Member, InstanceRole.Admin, 404)]
    [InlineData(false, null, null, InstanceRole.Owner, null)]
    [InlineData(false, SpaceRole.Member, SpaceRole.Member, InstanceRole.None, null)]
    public void Viewing(bool isPublic, SpaceRole? row, SpaceRole? communityRow, InstanceRole instance, int? status) =>
        (Standing(isPublic, row, communityRow, instance).Refusal(GroupAction.View)?.Status).ShouldBe(status);

    [Theory]
    [InlineData(true, null, SpaceRole.Member, null)]
    [InlineData(true, null, null, 404)]
    [InlineData(false, null, SpaceRole.Owner, 404)]
    [InlineData(false, SpaceRole.Member, SpaceRole.Member, null)]
    public void Joining(bool isPublic, SpaceRole? row, SpaceRole? communityRow, int? status) =>
        (JoinGroup.Refusal(Standing(isPublic, row, communityRow, InstanceRole.None))?.Status).ShouldBe(status);

    [Fact]
    public void Given_a_private_group_When_the_instance_owner_joins_Then_403() =>
        JoinGroup.Refusal(Standing(false, null, null, InstanceRole.Owner))!.Status.ShouldBe(403);

    [Theory]
    [InlineData(null, 403)]
    [InlineData(SpaceRole.Owner, 400)]
    [InlineData(SpaceRole.Admin, null)]
    [InlineData(SpaceRole.Member, null)]
    public void Leaving(SpaceRole? row, int? status) => (LeaveGroup.Refusal(row)?.Status).ShouldBe(status);

    [Theory]
    [InlineData(SpaceRole.Member, InstanceRole.None, Policy.Admin, null, 403)]
    [InlineData(SpaceRole.Member, InstanceRole.None, Policy.Everyone, null, null)]
    [InlineData(SpaceRole.Moderator, InstanceRole.None, Policy.Moderator, null, null)]
    [InlineData(SpaceRole.Admin, InstanceRole.None, Policy.Admin, "secret", 400)]
    [InlineData(SpaceRole.Admin, InstanceRole.None, Policy.Admin, "private", null)]
    [InlineData(null, InstanceRole.Owner, Policy.Everyone, null, 403)]
    [InlineData(SpaceRole.Member, InstanceRole.Owner, Policy.Admin, null, null)]
    [InlineData(SpaceRole.Member, InstanceRole.Admin, Policy.Admin, null, 403)]
    public void Creating(SpaceRole? row, InstanceRole instance, Policy policy, string? visibility, int? status) =>
        Creation(row, instance, policy, visibility, assigned: null).ShouldBe(status);

    [Theory]
    [InlineData(SpaceRole.Member, 403)]
    [InlineData(SpaceRole.Moderator, null)]
    public void Creating_a_personal_group(SpaceRole row, int? status) =>
        Creation(row, InstanceRole.None, Policy.Admin, visibility: null, Guid.NewGuid()).ShouldBe(status);

    private static int? Creation(
        SpaceRole? row,
        InstanceRole instance,
        Policy policy,
        string? visibility,
        Guid? assigned
    ) =>
        CreateGroup
            .Refusal(
                new CommunityStanding(Guid.NewGuid(), row, instance, policy, Policy.Admin),
                new CreateGroup.Command(Guid.NewGuid(), "rowers", Description: null, visibility, assigned)
            )
            ?.Status;

    private static GroupStanding Standing(
        bool isPublic,
        SpaceRole? row,
        SpaceRole? communityRow,
        InstanceRole instance
    ) => new(Guid.NewGuid(), Guid.NewGuid(), isPublic, IsPersonal: false, row, communityRow, instance);
}
