using Chatalot.Features.Spaces;

namespace Chatalot.Features.Tests.Spaces;

public sealed class EffectiveRoleTests
{
    private const SpaceRole Member = SpaceRole.Member;
    private const SpaceRole Moderator = SpaceRole.Moderator;
    private const SpaceRole Admin = SpaceRole.Admin;
    private const SpaceRole Owner = SpaceRole.Owner;

    [Theory]
    // Regular group: the row counts, raised by ownership or administration of the community.
    [InlineData(null, null, false, null)]
    [InlineData(null, Member, false, null)]
    [InlineData(null, Moderator, false, null)]
    [InlineData(null, Admin, false, null)]
    [InlineData(null, Owner, false, null)]
    [InlineData(Member, null, false, Member)]
    [InlineData(Member, Member, false, Member)]
    [InlineData(Member, Moderator, false, Member)]
    [InlineData(Member, Admin, false, Admin)]
    [InlineData(Member, Owner, false, Owner)]
    [InlineData(Admin, Member, false, Admin)]
    [InlineData(Admin, Owner, false, Owner)]
    [InlineData(Owner, Member, false, Owner)]
    [InlineData(Owner, Admin, false, Owner)]
    // Personal group: moderators of the community look after it without a row.
    [InlineData(null, Member, true, null)]
    [InlineData(null, Moderator, true, Admin)]
    [InlineData(null, Admin, true, Admin)]
    [InlineData(null, Owner, true, Admin)]
    [InlineData(Member, Moderator, true, Member)]
    [InlineData(Member, Owner, true, Owner)]
    [InlineData(Owner, Member, true, Owner)]
    public void Group_role_of_an_account(SpaceRole? row, SpaceRole? communityRow, bool isPersonal, SpaceRole? expected)
    {
        EffectiveRole.InGroup(row, communityRow, isPersonal, InstanceRole.None).ShouldBe(expected);
        EffectiveRole.InGroup(row, communityRow, isPersonal, InstanceRole.Admin).ShouldBe(expected);
    }

    [Theory]
    [InlineData(null, null, Admin)]
    [InlineData(Member, null, Admin)]
    [InlineData(Admin, null, Admin)]
    [InlineData(Owner, null, Owner)]
    [InlineData(null, Owner, Admin)]
    [InlineData(Member, Owner, Owner)]
    public void Group_role_of_the_instance_owner(SpaceRole? row, SpaceRole? communityRow, SpaceRole expected) =>
        EffectiveRole.InGroup(row, communityRow, isPersonal: false, InstanceRole.Owner).ShouldBe(expected);

    [Theory]
    [InlineData(Member, null, Member)]
    [InlineData(Owner, null, Owner)]
    [InlineData(Member, Member, Member)]
    [InlineData(Member, Admin, Admin)]
    [InlineData(Member, Owner, Owner)]
    [InlineData(Moderator, Member, Moderator)]
    [InlineData(Moderator, Admin, Admin)]
    [InlineData(Owner, Admin, Owner)]
    public void Channel_role_of_a_member(SpaceRole row, SpaceRole? groupRole, SpaceRole expected) =>
        EffectiveRole.InChannel(row, groupRole, isDirect: false).ShouldBe(expected);

    [Fact]
    public void Nobody_rules_in_a_direct_message() =>
        EffectiveRole.InChannel(Owner, Owner, isDirect: true).ShouldBe(Member);

    [Theory]
    [InlineData(InstanceRole.Owner, null, 5)]
    [InlineData(InstanceRole.Owner, Member, 5)]
    [InlineData(InstanceRole.Admin, Owner, 4)]
    [InlineData(InstanceRole.None, Owner, 3)]
    [InlineData(InstanceRole.None, Admin, 2)]
    [InlineData(InstanceRole.None, Moderator, 1)]
    [InlineData(InstanceRole.None, Member, 0)]
    [InlineData(InstanceRole.None, null, 0)]
    public void Levels(InstanceRole instance, SpaceRole? role, int expected) =>
        Level.Of(instance, role).ShouldBe(expected);

    [Theory]
    [InlineData(2, 1, true)]
    [InlineData(1, 1, false)]
    [InlineData(0, 1, false)]
    public void Only_a_higher_level_outranks(int actor, int target, bool expected) =>
        Level.Outranks(actor, target).ShouldBe(expected);
}
