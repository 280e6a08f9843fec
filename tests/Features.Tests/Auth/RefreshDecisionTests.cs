using Chatalot.Features.Auth;

namespace Chatalot.Features.Tests.Auth;

public sealed class RefreshDecisionTests
{
    private static readonly DateTimeOffset Start = new(2031, 4, 5, 6, 7, 8, TimeSpan.Zero);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly RefreshToken first = RefreshToken.New();
    private SessionTokens session;

    public RefreshDecisionTests() => session = new(first.Hash, [], Start.AddDays(30), IsRevoked: false);

    [Fact]
    public void The_valid_token_is_replaced_by_another_of_the_same_family()
    {
        var second = Rotate(first, 0);

        second.Hash.ShouldNotBe(first.Hash);
        second.FamilyHash.ShouldBe(first.FamilyHash);
        Rotate(second, 1).Hash.ShouldNotBe(second.Hash);
    }

    [Fact]
    public void Everything_that_refreshes_within_the_grace_ends_up_with_the_same_token()
    {
        var second = Rotate(first, 0);
        var third = Rotate(second, 10);
        var fourth = Rotate(third, 20);

        Decide(first, 30).ShouldBeOfType<RefreshDecision.Repeat>().Current.Hash.ShouldBe(fourth.Hash);
        Decide(second, 40).ShouldBeOfType<RefreshDecision.Repeat>().Current.Hash.ShouldBe(fourth.Hash);
        Decide(third, 50).ShouldBeOfType<RefreshDecision.Repeat>().Current.Hash.ShouldBe(fourth.Hash);
        Decide(fourth, 51).ShouldBeOfType<RefreshDecision.Rotate>();
    }

    [Fact]
    public void A_token_that_was_replaced_longer_ago_than_the_grace_is_a_reuse()
    {
        var second = Rotate(first, 0);
        Decide(first, 31).ShouldBeOfType<RefreshDecision.Reuse>();

        Rotate(second, 3600);
        Decide(first, 3601).ShouldBeOfType<RefreshDecision.Reuse>();
        Decide(second, 3601).ShouldBeOfType<RefreshDecision.Repeat>();
    }

    [Fact]
    public void A_revoked_or_expired_session_refuses_every_token()
    {
        Decide(first, (int)TimeSpan.FromDays(30).TotalSeconds).ShouldBeOfType<RefreshDecision.Refuse>();
        session = session with { IsRevoked = true };
        Decide(first, 0).ShouldBeOfType<RefreshDecision.Refuse>();
    }

    [Fact]
    public void Rotations_that_are_remembered_are_bounded()
    {
        var token = first;
        for (var i = 0; i < 50; i++)
            token = Rotate(token, 0);

        session.Rotations.Count.ShouldBeLessThanOrEqualTo(8);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("zz00000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("000000000000000000000000000000000000000000000000000000000000000000")]
    public void Text_that_is_no_token_is_not_parsed(string text) => RefreshToken.Parse(text).ShouldBeNull();

    [Fact]
    public void Hex_is_read_in_either_case()
    {
        RefreshToken.Parse(first.ToString())!.Hash.ShouldBe(first.Hash);
        RefreshToken.Parse(first.ToString().ToUpperInvariant())!.Hash.ShouldBe(first.Hash);
        first.ToString().ShouldMatch("^[0-9a-f]{64}$");
    }

    private RefreshDecision Decide(RefreshToken token, int seconds) =>
        RefreshDecision.Decide(session, token, Start.AddSeconds(seconds), Grace);

    private RefreshToken Rotate(RefreshToken token, int seconds)
    {
        var rotate = Decide(token, seconds).ShouldBeOfType<RefreshDecision.Rotate>();
        session = session with { TokenHash = rotate.Successor.Hash, Rotations = rotate.Rotations };
        return rotate.Successor;
    }
}
