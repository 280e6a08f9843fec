using Chatalot.Features.Auth;

namespace Chatalot.Features.Tests.Auth;

public sealed class CredentialRulesTests
{
    [Theory]
    [InlineData("ab", "username must be between 3 and 32 characters")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456", "username must be between 3 and 32 characters")]
    [InlineData("rosa k", "username may only contain letters, numbers, underscores, hyphens, and dots")]
    [InlineData("r\u00f6sa", "username may only contain letters, numbers, underscores, hyphens, and dots")]
    [InlineData("_rosa", "username must start with a letter or number")]
    [InlineData("rosa.", "username must not end with a dot")]
    [InlineData("rosa..k", "username must not contain consecutive dots")]
    [InlineData("rosa.k", null)]
    [InlineData("7-_.x", null)]
    public void Usernames(string username, string? refusal) =>
        (CredentialRules.CheckUsername(username)?.Message).ShouldBe(refusal);

    [Theory]
    [InlineData("rosa@mail.example", true)]
    [InlineData("Rosa+chat@sub.mail.example", true)]
    [InlineData("rosa", false)]
    [InlineData("@mail.example", false)]
    [InlineData("rosa@", false)]
    [InlineData("rosa@mail", false)]
    [InlineData("rosa@x@mail.example", false)]
    [InlineData("ro sa@mail.example", false)]
    [InlineData("rosa@mail.example\n", false)]
    [InlineData("rosa\u200b@mail.example", false)]
    [InlineData("rosa\u202e@mail.example", false)]
    [InlineData("rosa@.", false)]
    [InlineData("rosa@mail.", false)]
    [InlineData("rosa@mail.example.", false)]
    [InlineData("rosa@.mail.example", false)]
    [InlineData("r\u00f6sa@m\u00e4il.example", true)]
    [InlineData("", false)]
    public void Email_addresses(string email, bool isAccepted)
    {
        var refusal = CredentialRules.CheckEmail(email);
        if (isAccepted)
            refusal.ShouldBeNull();
        else
            refusal!.Message.ShouldBe("invalid email format");
    }

    [Fact]
    public void An_email_address_has_at_most_254_bytes()
    {
        CredentialRules.CheckEmail(new string('a', 243) + "@mail.examp").ShouldBeNull();
        CredentialRules.CheckEmail(new string('a', 244) + "@mail.examp")!.Message.ShouldBe("email too long");
    }

    [Theory]
    [InlineData("Aa1!567", "password must be at least 8 characters")]
    [InlineData("Aa1\U0001F511\U0001F511\U0001F511", "password must be at least 8 characters")]
    [InlineData("blue-kettle-42", "password must contain at least one uppercase letter")]
    [InlineData("BLUE-KETTLE-42", "password must contain at least one lowercase letter")]
    [InlineData("Blue-Kettle-xx", "password must contain at least one digit")]
    [InlineData("BlueKettle42", "password must contain at least one special character")]
    [InlineData("Blue Kettle 42", null)]
    [InlineData("BlueKettle42\u00e9", null)]
    public void Passwords(string password, string? refusal) =>
        (CredentialRules.CheckPassword(password)?.Message).ShouldBe(refusal);

    [Fact]
    public void A_password_has_at_most_128_characters_in_whatever_script()
    {
        CredentialRules.CheckPassword("Aa1!" + new string('\u0436', 124)).ShouldBeNull();
        CredentialRules
            .CheckPassword("Aa1!" + new string('\u0436', 125))!
            .Message.ShouldBe("password must be at most 128 characters");
    }
}
