using Chatalot.Features.Keys;
using Chatalot.Shared.Security;

namespace Chatalot.Features.Tests.Keys;

public sealed class KeyRulesTests
{
    private static readonly KeyUpload Good = Make();

    [Fact]
    public void Honest_keys_are_accepted() => KeyRules.Check(Good).ShouldBeNull();

    [Fact]
    public void Lengths_point_and_signature_are_checked_in_the_order_of_the_contract()
    {
        var prekey = Good.SignedPrekey;
        Message(Good with { IdentityKey = new byte[31] }).ShouldBe("identity key must be 32 bytes");
        Message(Good with { SignedPrekey = prekey with { PublicKey = [] } }).ShouldBe("signed prekey must be 32 bytes");
        Message(Good with { SignedPrekey = prekey with { Signature = new byte[63] } })
            .ShouldBe("signed prekey signature must be 64 bytes");
        Message(Good with { IdentityKey = new byte[32] }).ShouldBe("invalid identity key");
        Message(Good with { SignedPrekey = prekey with { Signature = new byte[64] } })
            .ShouldBe("signed prekey signature verification failed");
    }

    [Fact]
    public void One_time_prekeys_are_few_whole_and_distinct()
    {
        Message(Good with { OneTimePrekeys = Prekeys(201) }).ShouldBe("maximum 200 one-time prekeys per upload");
        Message(Good with { OneTimePrekeys = [new(1, new byte[33])] })
            .ShouldBe("each prekey public_key must be exactly 32 bytes");
        Message(Good with { OneTimePrekeys = [new(1, new byte[32]), new(1, new byte[32])] })
            .ShouldBe("one-time prekey ids must be unique");
        KeyRules.Check(Good with { OneTimePrekeys = Prekeys(200) }).ShouldBeNull();
    }

    private static string Message(KeyUpload upload) => KeyRules.Check(upload)!.Message;

    private static OneTimePrekey[] Prekeys(int count) =>
        [.. Enumerable.Range(-3, count).Select(id => new OneTimePrekey(id, new byte[32]))];

    private static KeyUpload Make()
    {
        var identity = new Ed25519KeyPair(new byte[32]);
        byte[] prekey = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        var signature = new byte[64];
        identity.Sign(prekey, signature);
        return new(identity.PublicKey.ToArray(), new(1, prekey, signature), []);
    }
}
