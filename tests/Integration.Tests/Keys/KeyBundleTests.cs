using System.Text.Json;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Spaces;

namespace Chatalot.Integration.Tests.Keys;

public sealed class KeyBundleTests
{
    [Fact]
    public async Task Given_one_time_prekeys_When_many_fetch_at_once_Then_each_is_handed_out_once_and_then_none()
    {
        await using var harbour = await Harbour.OpenAsync();
        var bob = new KeyOwner(harbour.Bob);
        await bob.RegisterAsync(oneTimePrekeys: 12);

        var bundles = await Task.WhenAll(
            Enumerable
                .Range(0, 16)
                .Select(i => (i % 2 == 0 ? harbour.Cy : harbour.Ada).GetAsync($"/keys/{bob.Person.Id}/bundle"))
        );

        var ids = bundles.Select(bundle => OneTimePrekeyOf(bundle)).ToList();
        ids.Count(id => id is null).ShouldBe(4);
        ids.Where(id => id is not null).Order().ShouldBe(Enumerable.Range(1, 12).Select(id => (int?)id));
        (await bob.CountAsync()).ShouldBe(0);
        var last = bundles[0].Json;
        last.GetProperty("identity_key").EnumerateArray().Select(b => b.GetInt32()).ShouldBe(bob.IdentityKey);
        last.GetProperty("signed_prekey").GetProperty("signature").GetArrayLength().ShouldBe(64);
    }

    [Fact]
    public async Task Given_a_caller_without_end_When_fetching_Then_the_pool_is_not_emptied_and_bundles_still_come()
    {
        await using var harbour = await Harbour.OpenAsync();
        var bob = new KeyOwner(harbour.Bob);
        await bob.RegisterAsync(oneTimePrekeys: 60);

        for (var i = 0; i < 40; i++)
            (await harbour.Cy.GetAsync($"/keys/{bob.Person.Id}/bundle")).Status.ShouldBe(200);

        (await bob.CountAsync()).ShouldBe(30);
        OneTimePrekeyOf(await harbour.Cy.GetAsync($"/keys/{bob.Person.Id}/bundle")).ShouldBeNull();
        OneTimePrekeyOf(await harbour.Ada.GetAsync($"/keys/{bob.Person.Id}/bundle")).ShouldBe(31);
        await harbour.ExecuteAsync("update one_time_prekeys set used_at = used_at - interval '2 hours'");
        OneTimePrekeyOf(await harbour.Cy.GetAsync($"/keys/{bob.Person.Id}/bundle")).ShouldBe(32);
    }

    [Fact]
    public async Task Given_strangers_and_blocks_When_fetching_Then_404_and_nothing_is_used_up()
    {
        await using var harbour = await Harbour.OpenAsync();
        var bob = new KeyOwner(harbour.Bob);
        await bob.RegisterAsync(oneTimePrekeys: 3);
        var stranger = await harbour.Server.RegisterAsync("stranger");

        (await stranger.GetAsync($"/keys/{bob.Person.Id}/bundle")).ShouldFail(404, "key bundle not found");
        (await harbour.Bob.GetAsync($"/keys/{stranger.Id}/bundle")).ShouldFail(404, "key bundle not found");
        (await harbour.Bob.GetAsync($"/keys/{Guid.NewGuid()}/bundle")).ShouldFail(404, "key bundle not found");
        (await harbour.Bob.GetAsync("/keys/nonsense/bundle")).Status.ShouldBe(400);
        (await harbour.Cy.PostAsync("/users/block", new { user_id = bob.Person.Id })).ShouldBeEmpty();
        (await harbour.Cy.GetAsync($"/keys/{bob.Person.Id}/bundle")).ShouldFail(404, "key bundle not found");
        (await bob.CountAsync()).ShouldBe(3);

        OneTimePrekeyOf(await harbour.Owner.GetAsync($"/keys/{bob.Person.Id}/bundle")).ShouldBe(1);
        OneTimePrekeyOf(await harbour.Bob.GetAsync($"/keys/{bob.Person.Id}/bundle")).ShouldBeNull();
        (await bob.CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Given_few_prekeys_When_fetched_Then_the_owner_alone_is_told_once_until_more_come()
    {
        await using var harbour = await Harbour.OpenAsync();
        var bob = new KeyOwner(harbour.Bob);
        await bob.RegisterAsync(oneTimePrekeys: 26);
        await using var first = await harbour.Bob.ConnectAsync();
        await using var second = await harbour.Bob.ConnectAsync();
        await using var other = await harbour.Cy.ConnectAsync();

        for (var i = 0; i < 5; i++)
            await harbour.Cy.GetAsync($"/keys/{bob.Person.Id}/bundle");
        foreach (var socket in new[] { first, second })
            (await socket.NextAsync("keys_low")).GetProperty("remaining").GetInt32().ShouldBe(24);

        (await harbour.Bob.PostAsync("/keys/prekeys/one-time", KeyOwner.OneTimePrekeys(27, 1))).ShouldBeEmpty();
        await harbour.Cy.GetAsync($"/keys/{bob.Person.Id}/bundle");
        (await first.NextAsync("keys_low")).GetProperty("remaining").GetInt32().ShouldBe(21);
        Types(await other.DrainAsync()).ShouldNotContain("keys_low");
    }

    private static IEnumerable<string?> Types(IEnumerable<JsonElement> frames) =>
        frames.Select(frame => frame.GetProperty("type").GetString());

    private static int? OneTimePrekeyOf(Answer bundle)
    {
        var prekey = bundle.Json.GetProperty("one_time_prekey");
        return prekey.ValueKind is JsonValueKind.Null ? null : prekey.GetProperty("key_id").GetInt32();
    }
}
