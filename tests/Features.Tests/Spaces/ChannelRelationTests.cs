using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;

namespace Chatalot.Features.Tests.Spaces;

public sealed class ChannelRelationTests
{
    private const SpaceRole Member = SpaceRole.Member;
    private const SpaceRole Admin = SpaceRole.Admin;

    [Theory]
    [InlineData(true, false, null)]
    [InlineData(true, true, 403)]
    [InlineData(false, false, 404)]
    public void Joining_a_standalone_channel(bool discoverable, bool isBanned, int? status) =>
        (Relation(ChannelType.Text, discoverable, isBanned: isBanned).RefusalToJoin?.Status).ShouldBe(status);

    [Theory]
    // Public group.
    [InlineData(true, true, Member, Member, null)]
    [InlineData(true, true, null, Member, 403)]
    [InlineData(true, true, null, null, 404)]
    [InlineData(false, true, Member, Member, 404)]
    [InlineData(false, true, Admin, Member, null)]
    // Private group.
    [InlineData(true, false, Member, Member, null)]
    [InlineData(true, false, null, Member, 404)]
    [InlineData(true, false, null, SpaceRole.Owner, 404)]
    public void Joining_a_channel_of_a_group(
        bool discoverable,
        bool isPublic,
        SpaceRole? groupRow,
        SpaceRole? communityRow,
        int? status
    ) => (Grouped(discoverable, isPublic, groupRow, communityRow).RefusalToJoin?.Status).ShouldBe(status);

    [Fact]
    public void Given_a_direct_message_of_others_Then_it_cannot_be_joined_by_anyone() =>
        Relation(ChannelType.Dm, discoverable: true, instance: InstanceRole.Owner).RefusalToJoin!.Status.ShouldBe(404);

    [Theory]
    [InlineData(true, Member, null)]
    [InlineData(true, null, 403)]
    [InlineData(false, Member, 404)]
    public void Listing_the_members_from_outside(bool discoverable, SpaceRole? groupRow, int? status) =>
        (Grouped(discoverable, isPublic: true, groupRow, Member).RefusalToListMembers?.Status).ShouldBe(status);

    [Theory]
    [InlineData(Member, Member, Member, InstanceRole.None, 0)]
    [InlineData(Member, Admin, Member, InstanceRole.None, 2)]
    [InlineData(Member, Member, SpaceRole.Owner, InstanceRole.None, 3)]
    [InlineData(SpaceRole.Owner, Member, Member, InstanceRole.None, 3)]
    [InlineData(Member, Member, Member, InstanceRole.Admin, 4)]
    public void Level_of_a_member(
        SpaceRole row,
        SpaceRole groupRow,
        SpaceRole communityRow,
        InstanceRole instance,
        int level
    ) => (Grouped(true, true, groupRow, communityRow, instance) with { Row = row }).Level.ShouldBe(level);

    private static ChannelRelation Grouped(
        bool discoverable,
        bool isPublic,
        SpaceRole? groupRow,
        SpaceRole? communityRow,
        InstanceRole instance = InstanceRole.None
    ) =>
        Relation(ChannelType.Text, discoverable, instance) with
        {
            Group = new(Guid.NewGuid(), Guid.NewGuid(), isPublic, IsPersonal: false, groupRow, communityRow, instance),
        };

    private static ChannelRelation Relation(
        ChannelType type,
        bool discoverable,
        InstanceRole instance = InstanceRole.None,
        bool isBanned = false
    ) =>
        new(
            new Channel
            {
                Id = Guid.NewGuid(),
                Type = type,
                Discoverable = discoverable,
                CreatedAt = default,
                UpdatedAt = default,
            },
            Row: null,
            isBanned,
            Group: null,
            instance
        );
}
