using Chatalot.Features.Auth;

namespace Chatalot.Features.Tests.Auth;

public sealed class RefreshDecisionTests
{
    private static readonly DateTimeOffset Start = new(2031, 4, 5, 6, 7, 8, TimeSpan.Zero);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly RefreshToken first = RefreshToken.New();
    private SessionTokens session;

    public RefreshDecisionTests() => session = new([first.Hash], [], Start.AddDays(30), IsRevoked: false);

    [Fact]
    public void The_valid_token_is_replaced_by_another_of_the_same_family()
    {
        var second = Rotate(first, 0);

        second.Hash.ShouldNotBe(first.Hash);
        second.FamilyHash.ShouldBe(first.FamilyHash);
        Rotate(second, 1).Hash.ShouldNotBe(second.Hash);
    }

    [Fact]
    public void Everything_that_refreshes_within_the_grace_gets_a_token_of_its_own_that_goes_on_working()
    {
        var second = Rotate(first, 0);
        var third = Rotate(first, 10);
        var fourth = Rotate(first, 30);

        new[] { second, third, fourth }.Select(token => token.ToString()).Distinct().Count().ShouldBe(3);
        foreach (var token in new[] { second, third, fourth })
            Rotate(Rotate(token, 3600), 7200);
    }

    [Fact]
    public void A_token_that_was_replaced_longer_ago_than_the_grace_is_a_reuse()
    {
        var second = Rotate(first, 0);
        Decide(first, 31).ShouldBeOfType<RefreshDecision.Reuse>();

        Rotate(second, 3600);
        Decide(first, 3601).ShouldBeOfType<RefreshDecision.Reuse>();
        Decide(second, 3630).ShouldBeOfType<RefreshDecision.Rotate>();
        Decide(second, 3631).ShouldBeOfType<RefreshDecision.Reuse>();
    }

    [Fact]
    public void A_revoked_or_expired_session_refuses_every_token()
    {
        Decide(first, (int)TimeSpan.FromDays(30).TotalSeconds).ShouldBeOfType<RefreshDecision.Refuse>();
        session = session with { IsRevoked = true };
        Decide(first, 0).ShouldBeOfType<RefreshDecision.Refuse>();
    }

    [Fact]
    public void What_is_remembered_is_bounded_and_the_newest_token_is_always_valid()
    {
        var token = first;
        for (var i = 0; i < 100; i++)
            token = Rotate(token, 0);
        for (var i = 0; i < 100; i++)
            Rotate(token, 1);

        session.Rotations.Count.ShouldBeLessThanOrEqualTo(RefreshDecision.MostRemembered);
        session.LiveHashes.Count.ShouldBeLessThanOrEqualTo(RefreshDecision.MostLive);
        Rotate(Rotate(token, 2), 3);
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
        session = session with { LiveHashes = rotate.LiveHashes, Rotations = rotate.Rotations };
        return rotate.Successor;
    }
}
