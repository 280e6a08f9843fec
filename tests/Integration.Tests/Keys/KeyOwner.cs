using System.Security.Cryptography;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Security;

namespace Chatalot.Integration.Tests.Keys;

/// <summary>
/// Somebody's keys as a client makes them: an identity, a signed prekey and numbered one-time prekeys.
/// </summary>
internal sealed class KeyOwner(Person person)
{
    private Ed25519KeyPair identity = new(RandomNumberGenerator.GetBytes(32));

    public Person Person => person;

    public int[] IdentityKey => Numbers(identity.PublicKey);

    /// <summary>A new identity, as after a logout.</summary>
    public void Forget() => identity = new Ed25519KeyPair(RandomNumberGenerator.GetBytes(32));

    /// <summary>A prekey that the present identity signed.</summary>
    public object SignedPrekey(int keyId)
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var signature = new byte[64];
        identity.Sign(key, signature);
        return new
        {
            key_id = keyId,
            public_key = Numbers(key),
            signature = Numbers(signature),
        };
    }

    public static object[] OneTimePrekeys(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(id => OneTimePrekey(id, RandomNumberGenerator.GetBytes(32)))];

    public static object OneTimePrekey(int keyId, byte[] key) => new { key_id = keyId, public_key = Numbers(key) };

    /// <summary>Registers the present identity with one-time prekeys 1 to <paramref name="oneTimePrekeys"/>.</summary>
    public async Task RegisterAsync(int oneTimePrekeys)
    {
        var body = new
        {
            identity_key = IdentityKey,
            signed_prekey = SignedPrekey(1),
            one_time_prekeys = OneTimePrekeys(1, oneTimePrekeys),
        };
        (await person.PostAsync("/keys/register", body)).ShouldBeEmpty();
    }

    public async Task<int> CountAsync() =>
        (await person.GetAsync("/keys/prekeys/count")).Json.GetProperty("count").GetInt32();

    public static int[] Numbers(ReadOnlySpan<byte> bytes)
    {
        var numbers = new int[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
            numbers[i] = bytes[i];
        return numbers;
    }
}
