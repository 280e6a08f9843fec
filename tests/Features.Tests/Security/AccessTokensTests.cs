using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Chatalot.Shared.Security;

namespace Chatalot.Features.Tests.Security;

public sealed class AccessTokensTests
{
    private static readonly DateTimeOffset Now = new(2031, 4, 5, 6, 7, 8, TimeSpan.Zero);
    private static readonly Ed25519KeyPair Pair = new(new byte[32]);
    private static readonly Ed25519KeyPair OtherPair = new([.. new byte[31], 7]);
    private static readonly AccessTokenClaims Claims = new(
        Guid.Parse("0197b2c4-5d6e-7f80-91a2-b3c4d5e6f708"),
        Guid.Parse("5f0c2f0e-8a3b-4d5c-9e6f-7a8b9c0d1e2f"),
        3,
        "rosa.k",
        IsAdmin: true,
        IsOwner: false
    );

    private static AccessTokens At(double secondsFromNow, TokenKeys? keys = null) =>
        new(keys ?? new TokenKeys(Pair), new FixedClock(Now.AddSeconds(secondsFromNow)));

    [Fact]
    public void An_issued_token_is_read_back_and_holds_the_claims_of_the_contract()
    {
        var token = At(0).Issue(Claims);

        At(0).Read(token).ShouldBe(Claims);
        var payload = JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]))!;
        payload["aud"]!.GetValue<string>().ShouldBe("chatalot");
        payload["sub"]!.GetValue<string>().ShouldBe("0197b2c4-5d6e-7f80-91a2-b3c4d5e6f708");
        payload["iat"]!.GetValue<long>().ShouldBe(Now.ToUnixTimeSeconds());
        payload["exp"]!.GetValue<long>().ShouldBe(Now.ToUnixTimeSeconds() + 900);
        Guid.TryParse(payload["jti"]!.GetValue<string>(), out _).ShouldBeTrue();
        var header = JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[0]))!;
        header["alg"]!.GetValue<string>().ShouldBe("EdDSA");
        header["typ"]!.GetValue<string>().ShouldBe("JWT");
        header["kid"]!.GetValue<string>().ShouldBe(new TokenKeys(Pair).KeyId);
    }

    [Fact]
    public void A_token_ends_after_its_lifetime_and_the_leeway()
    {
        var token = At(0).Issue(Claims);

        At(959).Read(token).ShouldNotBeNull();
        At(960).Read(token).ShouldBeNull();
        At(-60).Read(token).ShouldNotBeNull();
        At(-62).Read(token).ShouldBeNull();
    }

    [Fact]
    public void During_a_change_of_keys_tokens_of_both_are_read_and_afterwards_only_new_ones()
    {
        var old = At(0).Issue(Claims);
        var changing = new TokenKeys(OtherPair, Pair.PublicKey.ToArray());
        var fresh = At(0, changing).Issue(Claims);

        At(0, changing).Read(old).ShouldBe(Claims);
        At(0, changing).Read(fresh).ShouldBe(Claims);
        At(0, new TokenKeys(OtherPair)).Read(old).ShouldBeNull();
    }

    [Fact]
    public void A_token_without_key_id_is_read()
    {
        var token = Sign("""{"alg":"EdDSA","typ":"JWT"}""", Payload());

        At(0).Read(token).ShouldBe(Claims);
    }

    [Theory]
    [InlineData("""{"alg":"none"}""")]
    [InlineData("""{"alg":"HS256"}""")]
    [InlineData("""{"alg":"eddsa"}""")]
    [InlineData("""{"alg":["EdDSA"]}""")]
    [InlineData("""{"typ":"JWT"}""")]
    [InlineData("""{"alg":"EdDSA","alg":"EdDSA"}""")]
    [InlineData("""{"alg":"EdDSA","crit":["exp"]}""")]
    [InlineData("""{"alg":"EdDSA","kid":"unknown"}""")]
    [InlineData("""{"alg":"EdDSA","kid":null}""")]
    [InlineData("""{"alg":"\ud800"}""")]
    [InlineData("""["EdDSA"]""")]
    [InlineData("not json")]
    public void A_header_that_is_not_exactly_ours_is_refused_though_the_signature_is_right(string header) =>
        At(0).Read(Sign(header, Payload())).ShouldBeNull();

    [Theory]
    [InlineData("aud", "\"other\"")]
    [InlineData("aud", "[\"chatalot\"]")]
    [InlineData("aud", null)]
    [InlineData("sub", "\"not an id\"")]
    [InlineData("sub", null)]
    [InlineData("sid", null)]
    [InlineData("ver", "\"3\"")]
    [InlineData("ver", "3.5")]
    [InlineData("ver", null)]
    [InlineData("iat", null)]
    [InlineData("iat", "99999999999")]
    [InlineData("exp", null)]
    [InlineData("exp", "\"1933135628\"")]
    [InlineData("exp", "1e400")]
    [InlineData("username", null)]
    public void A_claim_that_is_missing_or_wrong_is_refused_though_the_signature_is_right(string name, string? json)
    {
        var payload = JsonNode.Parse(Payload())!.AsObject();
        payload.Remove(name);
        var text = payload.ToJsonString();
        if (json is not null)
            text = $"{text[..^1]},\"{name}\":{json}}}";

        At(0).Read(Sign("""{"alg":"EdDSA"}""", text)).ShouldBeNull();
    }

    [Fact]
    public void Duplicate_claims_are_refused() =>
        At(0).Read(Sign("""{"alg":"EdDSA"}""", $"{Payload()[..^1]},\"ver\":3}}")).ShouldBeNull();

    [Fact]
    public void Every_changed_character_breaks_the_token()
    {
        var tokens = At(0);
        var token = tokens.Issue(Claims);
        tokens.Read(token).ShouldNotBeNull();
        for (var i = 0; i < token.Length; i++)
        {
            var changed = token.ToCharArray();
            changed[i] = changed[i] == 'A' ? 'Q' : 'A';
            tokens.Read(new string(changed)).ShouldBeNull($"character {i}");
        }
    }

    [Fact]
    public void A_token_that_was_read_before_still_ends_and_no_other_passes_in_its_place()
    {
        var clock = new ManualClock();
        var tokens = new AccessTokens(new TokenKeys(Pair), clock);
        var token = tokens.Issue(Claims);
        var other = tokens.Issue(Claims with { Username = "rosa.l" });
        tokens.Read(token).ShouldBe(Claims);
        tokens.Read(token).ShouldBe(Claims);
        var mixed = other[..other.LastIndexOf('.')] + token[token.LastIndexOf('.')..];
        tokens.Read(mixed, out var fault).ShouldBeNull();
        fault.ShouldBe(AccessTokenFault.BadSignature);
        tokens.Read(mixed).ShouldBeNull();

        clock.Advance(AccessTokens.Lifetime + AccessTokens.Leeway);

        tokens.Read(token, out fault).ShouldBeNull();
        fault.ShouldBe(AccessTokenFault.Expired);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("\u00e9.\u00e9.\u00e9")]
    public void Text_that_is_no_token_is_refused(string text) => At(0).Read(text).ShouldBeNull();

    [Fact]
    public void Padding_white_space_and_endless_text_are_refused()
    {
        var token = At(0).Issue(Claims);

        At(0).Read(token + "==").ShouldBeNull();
        At(0).Read(token + "\n").ShouldBeNull();
        At(0).Read(" " + token).ShouldBeNull();
        At(0).Read(new string('a', 5000) + token).ShouldBeNull();
    }

    private static string Payload() =>
        $$"""
            {"sub":"{{Claims.UserId}}","sid":"{{Claims.SessionId}}","ver":3,"username":"rosa.k","is_admin":true,"is_owner":false,"iat":{{Now.ToUnixTimeSeconds()}},"exp":{{Now.ToUnixTimeSeconds()
                + 900}},"aud":"chatalot"}
            """;

    private static string Sign(string header, string payload)
    {
        var signed =
            Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))
            + "."
            + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload));
        var signature = new byte[64];
        Pair.Sign(Encoding.ASCII.GetBytes(signed), signature);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
