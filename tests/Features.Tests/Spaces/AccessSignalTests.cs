using System.Text;
using Chatalot.Features.Channels;

namespace Chatalot.Features.Tests.Spaces;

public sealed class AccessSignalTests
{
    private static readonly Guid Origin = Guid.NewGuid();

    [Theory]
    [InlineData(MembershipChangeKind.Lost, true)]
    [InlineData(MembershipChangeKind.Lost, false)]
    [InlineData(MembershipChangeKind.Removed, true)]
    [InlineData(MembershipChangeKind.Gained, true)]
    public void A_change_of_many_channels_arrives_whole(MembershipChangeKind kind, bool forOneUser)
    {
        var ids = Enumerable.Range(0, 500).Select(_ => Guid.NewGuid()).ToList();
        var removal = kind is MembershipChangeKind.Removed ? new Removal(RemovalKind.Ban, Guid.NewGuid()) : null;
        var sent = new MembershipChange(kind, ids, forOneUser ? Guid.NewGuid() : null, removal);

        var signals = AccessSignal.Write(Origin, sent).ToList();

        signals.ShouldAllBe(signal => Encoding.UTF8.GetByteCount(signal) < 8000);
        var received = new List<Guid>();
        foreach (var signal in signals)
        {
            AccessSignal.TryRead(signal, out var origin, out var change, out _).ShouldBeTrue();
            origin.ShouldBe(Origin);
            change!.Kind.ShouldBe(kind);
            change.UserId.ShouldBe(sent.UserId);
            change.Removal.ShouldBe(removal);
            received.AddRange(change.ChannelIds);
        }
        received.ShouldBe(ids);
    }

    [Fact]
    public void A_change_of_rights_arrives_with_its_scope()
    {
        var sent = new AccessScope(CommunityId: Guid.NewGuid(), UserId: Guid.NewGuid());

        AccessSignal.TryRead(AccessSignal.Write(Origin, sent), out _, out var change, out var scope).ShouldBeTrue();

        change.ShouldBeNull();
        scope.ShouldBe(sent);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("9f0c2d9c-6f0b-4f5e-9f3e-0d3d4f6a8b10 lost")]
    [InlineData("9f0c2d9c-6f0b-4f5e-9f3e-0d3d4f6a8b10 lost * nonsense")]
    [InlineData("9f0c2d9c-6f0b-4f5e-9f3e-0d3d4f6a8b10 altered * * *")]
    [InlineData("9f0c2d9c-6f0b-4f5e-9f3e-0d3d4f6a8b10 grown * * * *")]
    public void Anything_else_is_not_read(string payload) =>
        AccessSignal.TryRead(payload, out _, out _, out _).ShouldBeFalse();
}
