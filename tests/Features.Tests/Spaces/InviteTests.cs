using Chatalot.Features.Communities;
using Chatalot.Features.Spaces;

namespace Chatalot.Features.Tests.Spaces;

public sealed class InviteTests
{
    private static readonly DateTimeOffset Now = new(2031, 4, 5, 6, 7, 8, TimeSpan.Zero);

    [Theory]
    [InlineData(null, 0, null, false, false, null)]
    [InlineData(1, 0, 1, false, false, null)]
    [InlineData(1, 1, null, false, false, "invite fully used")]
    [InlineData(null, 0, 0, false, false, "invite expired")]
    [InlineData(1, 1, -1, true, true, "invite expired")]
    [InlineData(null, 0, null, true, true, "forbidden")]
    [InlineData(null, 0, null, false, true, "already a member of this community")]
    public void Accepting(int? maxUses, int used, int? hoursLeft, bool isBanned, bool isMember, string? refusal)
    {
        var invite = new InviteState(maxUses, used, hoursLeft is { } hours ? Now.AddHours(hours) : null);

        (AcceptCommunityInvite.Refusal(invite, isBanned, isMember, Now)?.Message).ShouldBe(refusal);
    }

    [Fact]
    public void A_code_is_twelve_letters_and_digits_and_never_the_same()
    {
        var codes = Enumerable.Range(0, 100).Select(_ => InviteCode.Create()).ToList();

        codes.ShouldAllBe(code => code.Length == 12 && code.All(char.IsAsciiLetterOrDigit));
        codes.ShouldBeUnique();
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(1, 1, null)]
    [InlineData(100, 8760, null)]
    [InlineData(0, null, "max_uses must be at least 1")]
    [InlineData(-1, 0, "max_uses must be at least 1")]
    [InlineData(null, 0, "expires_in_hours must be between 1 and 8760")]
    [InlineData(null, 8761, "expires_in_hours must be between 1 and 8760")]
    public void Rules_of_a_new_invite(int? maxUses, int? hours, string? message)
    {
        var command = new CreateCommunityInvite.Command(Guid.NewGuid(), maxUses, hours);

        var result = new CreateCommunityInvite.Rules().Validate(command);

        (result.Errors is [var first, ..] ? first.ErrorMessage : null).ShouldBe(message);
    }
}
