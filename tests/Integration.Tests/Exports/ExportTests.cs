using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Chatalot.Features.Exports;
using Chatalot.Integration.Tests.Auth;
using Chatalot.Integration.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Exports;

public sealed class ExportTests
{
    [Fact]
    public async Task When_somebody_asks_for_their_data_Then_they_get_one_archive_once_and_nobody_else_does()
    {
        await using var server = await TestServer.StartAsync();
        var rosa = await RegisterAsync(server, "rosa");
        var bob = await server.AddPersonAsync("bob");
        (await rosa.UploadAsync("/files/upload", "file", "words"u8.ToArray(), "text/plain")).Status.ShouldBe(200);
        var hidden = await rosa.UploadAsync("/files/upload", "file", "evidence"u8.ToArray(), "text/plain");
        await server.ExecuteAsync($"update files set quarantined_at = now() where id = '{hidden.Id}'");
        (await rosa.GetAsync("/account/export")).ShouldFail(404, "no export was asked for");
        (await rosa.PostAsync("/account/export", new { password = "wrong" })).ShouldFail(400, "password is incorrect");

        var asked = await Task.WhenAll(
            Enumerable.Range(0, 2).Select(_ => rosa.PostAsync("/account/export", new { password = Calls.Password }))
        );

        asked.Select(answer => answer.Status).Order().ShouldBe([200, 429]);
        var id = asked.Single(answer => answer.Status == 200).Id;
        await ReadyAsync(rosa);
        (await bob.GetAsync($"/account/export/{id}")).ShouldFail(404, "export not found");
        using var zip = new ZipArchive(new MemoryStream(await DownloadAsync(server, rosa, id)));
        zip.Entries.Select(entry => entry.Name)
            .ShouldBe([.. ExportContents.All.Select(entry => $"{entry.Name}.json"), "unnamed"], ignoreOrder: true);
        var account = Read(zip, "account.json").EnumerateArray().Single().GetProperty("account");
        account.GetProperty("email").GetString().ShouldBe("rosa@mail.example");
        account.TryGetProperty("password_hash", out _).ShouldBeFalse();
        Read(zip, "sessions.json").GetArrayLength().ShouldBe(1);
        Read(zip, "security_log.json")
            .EnumerateArray()
            .Select(entry => entry.GetProperty("action").GetString())
            .ShouldContain("register");
        Read(zip, "messages.json").GetArrayLength().ShouldBe(0);
        await Eventually.HoldsAsync(
            async () => (await rosa.GetAsync("/account/export")).Json.GetProperty("state").GetString() == "downloaded",
            "the download is noted"
        );
        (await rosa.GetAsync($"/account/export/{id}")).ShouldFail(404, "export not found");
        (await rosa.PostAsync("/account/export", new { password = Calls.Password })).Status.ShouldBe(429);
    }

    [Fact]
    public async Task Given_a_pool_of_one_connection_Then_the_archive_is_made_while_its_progress_is_told()
    {
        await using var server = await TestServer.StartAsync(new() { ["DB_POOL_MAX"] = "1" });
        var rosa = await RegisterAsync(server, "rosa");

        (await rosa.PostAsync("/account/export", new { password = Calls.Password })).Status.ShouldBe(200);

        await ReadyAsync(rosa);
    }

    [Fact]
    public async Task Given_an_archive_that_nobody_fetches_Then_it_is_gone_after_a_day()
    {
        await using var server = await TestServer.StartAsync();
        var rosa = await RegisterAsync(server, "rosa");
        var id = (await rosa.PostAsync("/account/export", new { password = Calls.Password })).Id;
        await ReadyAsync(rosa);

        await server.ExecuteAsync("update personal_exports set expires_at = requested_at");
        (await rosa.GetAsync($"/account/export/{id}")).ShouldFail(404, "export not found");
        await using (var scope = server.Services.CreateAsyncScope())
            await ActivatorUtilities.CreateInstance<ExpireExports>(scope.ServiceProvider).Invoke();

        (await rosa.GetAsync("/account/export")).Json.GetProperty("state").GetString().ShouldBe("expired");
    }

    [Fact]
    public async Task When_the_account_is_deleted_Then_its_archive_goes_with_it()
    {
        await using var server = await TestServer.StartAsync();
        await RegisterAsync(server, "owner");
        var rosa = await RegisterAsync(server, "rosa");
        (await rosa.PostAsync("/account/export", new { password = Calls.Password })).Status.ShouldBe(200);
        await ReadyAsync(rosa);
        var archives = Path.Combine(server.Folder, "files", "exports");
        Directory.GetFiles(archives).ShouldHaveSingleItem();

        (await rosa.DeleteAsync("/account", new { password = Calls.Password })).ShouldBeEmpty();

        Directory.GetFiles(archives).ShouldBeEmpty();
    }

    /// <summary>What goes with an account is that person's; what is not handed out is named here with its reason.</summary>
    [Fact]
    public async Task Every_table_of_what_is_somebodys_own_is_in_the_archive()
    {
        await using var server = await TestServer.StartAsync();
        string[] leftOut =
        [
            // Keys, codes and secrets: the client has them, or nobody may.
            "second_factors",
            "signed_prekeys",
            "one_time_prekeys",
            "external_login_flows",
            // Told by something else that is in it: the channels, the account, the files.
            "dm_pairs",
            "registration_invite_uses",
            "resumable_uploads",
            // Counters and marks of the server's own, which last for minutes or a day.
            "upload_windows",
            "slow_mode_marks",
            "announcement_dismissals",
            "personal_exports",
        ];

        var own = await server.QueryAsync<string>(
            """
            select string_agg(distinct conrelid::regclass::text, ',') from pg_constraint
            where confrelid = 'mt_doc_user'::regclass and contype = 'f' and confdeltype = 'c'
            """
        );

        own.Split(',')
            .Except(leftOut)
            .Where(table => !ExportContents.All.Any(entry => Regex.IsMatch(entry.Sql, $@"\b{table}\b")))
            .ShouldBeEmpty();
    }

    private static Task ReadyAsync(Person person) =>
        Eventually.HoldsAsync(
            async () => (await person.GetAsync("/account/export")).Json.GetProperty("state").GetString() == "ready",
            "the archive is ready"
        );

    private static async Task<Person> RegisterAsync(TestServer server, string name)
    {
        var answer = await server.Http.RegisterAsync(name);
        var id = answer.Json!["user"]!["id"]!.GetValue<Guid>();
        return new Person(id, name, answer.AccessToken, server.Http);
    }

    private static async Task<byte[]> DownloadAsync(TestServer server, Person person, Guid id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/account/export/{id}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", person.Token);
        using var answer = await server.Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/zip");
        return await answer.Content.ReadAsByteArrayAsync();
    }

    private static JsonElement Read(ZipArchive zip, string name)
    {
        using var stream = zip.GetEntry(name)!.Open();
        return JsonElement.Parse(new BinaryReader(stream).ReadBytes(10_000_000));
    }
}
