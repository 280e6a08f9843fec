using System.Security.Cryptography;
using Chatalot.Integration.Tests.Spaces;

namespace Chatalot.Integration.Tests.Keys;

public sealed class KeyUploadTests
{
    [Fact]
    public async Task Given_keys_When_another_identity_is_registered_Then_old_keys_are_gone_and_the_user_is_told()
    {
        await using var harbour = await Harbour.OpenAsync();
        var bob = new KeyOwner(harbour.Bob);
        await bob.RegisterAsync(oneTimePrekeys: 3);
        await harbour.Bob.PostAsync("/keys/prekeys/signed", bob.SignedPrekey(7));
        await using var socket = await harbour.Bob.ConnectAsync();

        bob.Forget();
        await bob.RegisterAsync(oneTimePrekeys: 0);

        (await bob.CountAsync()).ShouldBe(0);
        var bundle = (await harbour.Cy.GetAsync($"/keys/{harbour.Bob.Id}/bundle")).Json;
        bundle.GetProperty("identity_key").EnumerateArray().Select(b => b.GetInt32()).ShouldBe(bob.IdentityKey);
        bundle.GetProperty("signed_prekey").GetProperty("key_id").GetInt32().ShouldBe(1);
        var told = await socket.NextAsync("identity_key_changed");
        var audit = await harbour.Server.Product.QueryAsync<string>(
            "select metadata ->> 'fingerprint' from audit_log where action = 'identity_key_changed'"
        );
        told.GetProperty("fingerprint").GetString().ShouldBe(audit);
        told.GetProperty("user_id").GetGuid().ShouldBe(harbour.Bob.Id);
    }

    [Fact]
    public async Task Given_the_same_identity_When_registered_again_Then_it_works_and_an_empty_list_keeps_the_pool()
    {
        await using var harbour = await Harbour.OpenAsync();
        var bob = new KeyOwner(harbour.Bob);
        await bob.RegisterAsync(oneTimePrekeys: 3);
        await harbour.Cy.GetAsync($"/keys/{harbour.Bob.Id}/bundle");

        await bob.RegisterAsync(oneTimePrekeys: 0);
        (await bob.CountAsync()).ShouldBe(2);
        await bob.RegisterAsync(oneTimePrekeys: 3);
        (await bob.CountAsync()).ShouldBe(3);
        (
            await harbour.Server.Product.QueryAsync<long>(
                "select count(*) from audit_log where action like 'identity%'"
            )
        ).ShouldBe(0);
    }

    [Fact]
    public async Task Given_bad_keys_When_registered_Then_each_is_refused_in_the_words_of_the_contract()
    {
        await using var harbour = await Harbour.OpenAsync();
        var bob = new KeyOwner(harbour.Bob);
        await RefusedAsync("identity key must be 32 bytes", new int[31], bob.SignedPrekey(1));
        await RefusedAsync("signed prekey must be 32 bytes", bob.IdentityKey, Prekey(31, 64));
        await RefusedAsync("signature must be 64 bytes", bob.IdentityKey, Prekey(32, 63));
        await RefusedAsync("signed prekey signature verification failed", bob.IdentityKey, Prekey(32, 64));
        // The neutral element: a point of small order, for which anybody can make signatures.
        await RefusedAsync("invalid identity key", [1, .. new int[31]], bob.SignedPrekey(1));
        // The same point with its coordinate not reduced (2^255 - 18).
        await RefusedAsync("invalid identity key", [0xEE, .. Enumerable.Repeat(0xFF, 30), 0x7F], bob.SignedPrekey(1));
        (await harbour.Bob.PostAsync("/keys/register", new { identity_key = bob.IdentityKey })).Status.ShouldBe(422);

        async Task RefusedAsync(string message, int[] identity, object prekey) =>
            (
                await harbour.Bob.PostAsync(
                    "/keys/register",
                    new
                    {
                        identity_key = identity,
                        signed_prekey = prekey,
                        one_time_prekeys = Array.Empty<object>(),
                    }
                )
            ).ShouldFail(400, message);
    }

    [Fact]
    public async Task Given_an_identity_When_a_signed_prekey_is_uploaded_Then_only_its_own_signature_counts()
    {
        await using var harbour = await Harbour.OpenAsync();
        var bob = new KeyOwner(harbour.Bob);
        (await harbour.Bob.PostAsync("/keys/prekeys/signed", bob.SignedPrekey(1))).ShouldFail(
            400,
            "must register identity key before uploading signed prekey"
        );
        await bob.RegisterAsync(oneTimePrekeys: 0);

        (await harbour.Bob.PostAsync("/keys/prekeys/signed", bob.SignedPrekey(int.MinValue))).ShouldBeEmpty();
        (await harbour.Bob.PostAsync("/keys/prekeys/signed", new KeyOwner(harbour.Cy).SignedPrekey(2))).ShouldFail(
            400,
            "signed prekey signature verification failed"
        );
        (await harbour.Bob.PostAsync("/keys/prekeys/signed", Prekey(31, 64))).ShouldFail(
            400,
            "public key must be 32 bytes"
        );
        (await harbour.Bob.PostAsync("/keys/prekeys/signed", Prekey(32, 65))).ShouldFail(
            400,
            "signature must be 64 bytes"
        );

        var bundle = (await harbour.Cy.GetAsync($"/keys/{harbour.Bob.Id}/bundle")).Json;
        bundle.GetProperty("signed_prekey").GetProperty("key_id").GetInt32().ShouldBe(int.MinValue);
    }

    [Fact]
    public async Task Given_a_known_number_When_uploaded_with_another_key_Then_it_is_replaced_and_handed_out_again()
    {
        await using var harbour = await Harbour.OpenAsync();
        var bob = new KeyOwner(harbour.Bob);
        await bob.RegisterAsync(oneTimePrekeys: 0);
        var key = RandomNumberGenerator.GetBytes(32);
        await harbour.Bob.PostAsync("/keys/prekeys/one-time", new[] { KeyOwner.OneTimePrekey(1, key) });
        await harbour.Cy.GetAsync($"/keys/{harbour.Bob.Id}/bundle");

        await harbour.Bob.PostAsync("/keys/prekeys/one-time", new[] { KeyOwner.OneTimePrekey(1, key) });
        (await bob.CountAsync()).ShouldBe(0, "a key that was handed out is not handed out twice");
        await harbour.Bob.PostAsync("/keys/prekeys/one-time", KeyOwner.OneTimePrekeys(1, 1));
        (await bob.CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Given_uploads_without_end_When_two_come_at_once_Then_the_pool_stays_bounded()
    {
        await using var harbour = await Harbour.OpenAsync();
        var bob = new KeyOwner(harbour.Bob);
        await bob.RegisterAsync(oneTimePrekeys: 200);
        await harbour.Bob.PostAsync("/keys/prekeys/one-time", KeyOwner.OneTimePrekeys(201, 200));

        var answers = await Task.WhenAll(
            harbour.Bob.PostAsync("/keys/prekeys/one-time", KeyOwner.OneTimePrekeys(401, 60)),
            harbour.Bob.PostAsync("/keys/prekeys/one-time", KeyOwner.OneTimePrekeys(501, 60))
        );

        answers.Select(answer => answer.Status).Order().ShouldBe([200, 400]);
        (await bob.CountAsync()).ShouldBe(460);
        (await harbour.Bob.PostAsync("/keys/prekeys/one-time", KeyOwner.OneTimePrekeys(1000, 201))).ShouldFail(
            400,
            "maximum 200 one-time prekeys per upload"
        );
        (
            await harbour.Bob.PostAsync("/keys/prekeys/one-time", new[] { KeyOwner.OneTimePrekey(1, new byte[33]) })
        ).ShouldFail(400, "each prekey public_key must be exactly 32 bytes");
        (await harbour.Bob.PostAsync("/keys/prekeys/one-time", new { })).Status.ShouldBe(422);
        (await harbour.Bob.PostAsync("/keys/prekeys/one-time", new object?[] { null })).Status.ShouldBe(422);
        (
            await harbour.Bob.PostAsync(
                "/keys/register",
                new
                {
                    identity_key = bob.IdentityKey,
                    signed_prekey = bob.SignedPrekey(1),
                    one_time_prekeys = new[] { KeyOwner.OneTimePrekey(1, new byte[32]), null },
                }
            )
        ).Status.ShouldBe(422);
        (await bob.CountAsync()).ShouldBe(460);
    }

    private static object Prekey(int keyBytes, int signatureBytes) =>
        new
        {
            key_id = 1,
            public_key = new int[keyBytes],
            signature = new int[signatureBytes],
        };
}
