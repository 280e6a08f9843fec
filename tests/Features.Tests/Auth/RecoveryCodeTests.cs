using Chatalot.Features.Auth;

namespace Chatalot.Features.Tests.Auth;

public sealed class RecoveryCodeTests
{
    [Fact]
    public void A_code_is_four_groups_of_four_without_look_alikes()
    {
        var code = RecoveryCode.New();

        code.ShouldMatch("^[A-HJ-NP-Z2-9]{4}(-[A-HJ-NP-Z2-9]{4}){3}$");
        code.ShouldNotBe(RecoveryCode.New());
        RecoveryCode.Hash(code).ShouldMatch("^[0-9a-f]{64}$");
    }
}
