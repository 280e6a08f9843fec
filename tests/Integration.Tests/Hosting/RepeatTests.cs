using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Profiles;

namespace Chatalot.Integration.Tests.Hosting;

/// <summary>The same request twice, and many times at once: clients repeat what got no answer.</summary>
public sealed class RepeatTests : IAsyncLifetime
{
    private const int AtOnce = 8;

    private TestServer server = null!;
    private Person rosa = null!;
    private Person bob = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.StartAsync();
        rosa = await server.AddPersonAsync("rosa");
        bob = await server.AddPersonAsync("bob");
        var channel = (await rosa.PostAsync("/channels", new { name = "pier", channel_type = "text" })).Id;
        (await bob.PostAsync($"/channels/{channel}/join")).ShouldBeEmpty();
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Blocking_is_once_and_unblocking_finds_it_once()
    {
        (await AtOnceAsync(() => rosa.PostAsync("/users/block", new { user_id = bob.Id }))).ShouldAllBe(answer =>
            answer.Status == 200
        );
        (await rosa.GetAsync("/users/blocked")).Rows.Count.ShouldBe(1);

        var lifted = await AtOnceAsync(() => rosa.PostAsync($"/users/unblock/{bob.Id}"));

        lifted.Count(answer => answer.Status == 200).ShouldBe(1);
        lifted.Where(answer => answer.Status != 200).ShouldAllBe(answer => answer.Status == 404);
    }

    [Fact]
    public async Task A_session_ends_once()
    {
        var other = await server.AddPersonAsync("cy");
        await server.ExecuteAsync($"update sessions set user_id = '{rosa.Id}' where user_id = '{other.Id}'");
        var session = (await rosa.GetAsync("/account/sessions")).Rows.Single(row =>
            !row.GetProperty("is_current").GetBoolean()
        );

        var ended = await AtOnceAsync(() =>
            rosa.DeleteAsync($"/account/sessions/{session.GetProperty("id").GetGuid()}")
        );

        ended.Count(answer => answer.Status == 200).ShouldBe(1);
        ended.Where(answer => answer.Status != 200).ShouldAllBe(answer => answer.Status == 404);
    }

    [Fact]
    public async Task Preferences_of_many_devices_are_merged_and_none_is_lost()
    {
        var saved = await Task.WhenAll(
            Enumerable
                .Range(0, AtOnce)
                .Select(n =>
                    rosa.PutAsync(
                        "/account/preferences",
                        new { preferences = new Dictionary<string, int> { [$"key{n}"] = n } }
                    )
                )
        );

        saved.ShouldAllBe(answer => answer.Status == 200);
        (await rosa.GetAsync("/account/preferences"))
            .Json.GetProperty("preferences")
            .EnumerateObject()
            .Count()
            .ShouldBe(AtOnce);
    }

    [Fact]
    public async Task Of_many_pictures_at_once_one_is_left()
    {
        var uploads = await AtOnceAsync(() =>
            rosa.UploadAsync("/account/avatar", "avatar", ProfileTests.Png, "image/png")
        );

        uploads.ShouldAllBe(answer => answer.Status == 200);
        var served = 0;
        foreach (var upload in uploads)
        {
            using var picture = await server.Http.GetAsync(upload.Json.GetProperty("avatar_url").GetString());
            served += picture.IsSuccessStatusCode ? 1 : 0;
        }
        served.ShouldBe(1);
    }

    [Fact]
    public async Task Of_many_recovery_codes_at_once_the_stored_one_is_one_that_was_shown()
    {
        var codes = await AtOnceAsync(() => rosa.PostAsync("/account/regenerate-recovery-code"));

        codes.ShouldAllBe(answer => answer.Status == 200);
        var stored = await server.QueryAsync<string>(
            $"select data ->> 'recovery_code_hash' from mt_doc_user where id = '{rosa.Id}'"
        );
        codes
            .Select(answer =>
                Chatalot.Features.Auth.RecoveryCode.Hash(answer.Json.GetProperty("recovery_code").GetString()!)
            )
            .ShouldContain(stored);
    }

    private static Task<Answer[]> AtOnceAsync(Func<Task<Answer>> request) =>
        Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => request()));
}
