using System.Text;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Files;

public sealed class ResumableTests
{
    private const string Route = "/files/resumable";

    [Fact]
    public async Task Given_a_line_that_breaks_When_the_upload_goes_on_Then_it_becomes_one_file()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var path = await CreateAsync(harbour.Ada, 11, ("filename", "log.txt"), ("channel_id", $"{harbour.Channel}"));

        using var first = await SendAsync(harbour.Ada, path, 0, "hello ");
        ((int)first.StatusCode).ShouldBe(204);
        first.Headers.GetValues("Upload-Offset").Single().ShouldBe("6");
        using var wrong = await SendAsync(harbour.Ada, path, 0, "hello ");
        ((int)wrong.StatusCode).ShouldBe(409);
        using var head = await TusAsync(harbour.Ada, HttpMethod.Head, path);
        head.Headers.GetValues("Upload-Offset").Single().ShouldBe("6");
        head.Headers.GetValues("Upload-Length").Single().ShouldBe("11");
        using var stranger = await TusAsync(harbour.Bob, HttpMethod.Head, path);
        ((int)stranger.StatusCode).ShouldBe(404);

        using var last = await SendAsync(harbour.Ada, path, 6, "world");
        var id = last.Headers.GetValues("Upload-File-Id").Single();
        using var download = await harbour.Bob.RequestAsync(HttpMethod.Get, $"/files/{id}");
        (await download.Content.ReadAsStringAsync()).ShouldBe("hello world");
        download.Content.Headers.GetValues("Content-Disposition").Single().ShouldBe("attachment; filename=\"log.txt\"");
        harbour.OnDisk("file-cache").ShouldBeEmpty();
        using var over = await TusAsync(harbour.Ada, HttpMethod.Head, path);
        ((int)over.StatusCode).ShouldBe(404);
    }

    [Fact]
    public async Task Given_an_upload_that_breaks_a_rule_or_ends_early_Then_nothing_is_left()
    {
        await using var harbour = await FileHarbour.OpenAsync(new() { ["MAX_FILE_SIZE_MB"] = "1" });
        using var big = await TusAsync(harbour.Ada, HttpMethod.Post, Route, null, ("Upload-Length", "1048577"));
        ((int)big.StatusCode).ShouldBe(413);
        using var old = await harbour.Ada.RequestAsync(HttpMethod.Post, Route, null, ("Upload-Length", "1"));
        ((int)old.StatusCode).ShouldBe(412);

        var hostile = await CreateAsync(harbour.Ada, 12);
        using var refused = await SendAsync(harbour.Ada, hostile, 0, "#!/bin/sh\nls");
        new Answer((int)refused.StatusCode, await refused.Content.ReadAsStringAsync()).ShouldFail(
            400,
            "file type not allowed: shell script not allowed"
        );
        var longer = await CreateAsync(harbour.Ada, 2);
        using var tooMuch = await SendAsync(harbour.Ada, longer, 0, "four");
        ((int)tooMuch.StatusCode).ShouldBe(413);
        using var ended = await TusAsync(harbour.Ada, HttpMethod.Delete, longer);
        ((int)ended.StatusCode).ShouldBe(204);
        var late = await CreateAsync(harbour.Ada, 2);
        await harbour.Server.ExecuteAsync("update resumable_uploads set expires_at = now() - interval '1 second'");
        using var expired = await SendAsync(harbour.Ada, late, 0, "ab");
        ((int)expired.StatusCode).ShouldBe(410);

        harbour.OnDisk("file-cache").ShouldBeEmpty();
        harbour.OnDisk("files").ShouldBeEmpty();
        (await harbour.Server.QueryAsync<long>("select count(*) from resumable_uploads")).ShouldBe(0);
    }

    [Fact]
    public async Task Given_a_quota_Then_open_uploads_count_and_those_that_end_at_once_by_both_ways_stay_within_it()
    {
        const int length = 400_000;
        await using var harbour = await FileHarbour.OpenAsync(new() { ["UPLOAD_QUOTA_MB"] = "1" });
        string[] open = [await CreateAsync(harbour.Ada, length), await CreateAsync(harbour.Ada, length)];
        using var third = await TusAsync(harbour.Ada, HttpMethod.Post, Route, null, ("Upload-Length", $"{length}"));
        new Answer((int)third.StatusCode, await third.Content.ReadAsStringAsync()).ShouldFail(
            400,
            "upload quota exceeded (1 MB limit, 0.2 MB remaining)"
        );

        var resumed = open.Select(
            async (path, i) =>
            {
                using var end = await SendAsync(harbour.Ada, path, 0, new string((char)('a' + i), length));
                return (int)end.StatusCode;
            }
        );
        var whole = Enumerable
            .Range(0, 2)
            .Select(async i =>
                (await harbour.Ada.UploadAsync(Encoding.UTF8.GetBytes(new string((char)('k' + i), length)))).Status
            );
        var statuses = await Task.WhenAll(resumed.Concat(whole));

        statuses.Count(status => status is 200 or 204).ShouldBe(2);
        statuses.Count(status => status == 400).ShouldBe(2);
        (await harbour.Server.QueryAsync<long>("select sum(size_bytes)::bigint from files")).ShouldBe(2 * length);
        harbour.OnDisk("file-cache").ShouldBeEmpty();
        harbour.OnDisk("files").Count().ShouldBe(2);
    }

    [Fact]
    public async Task Given_a_channel_where_somebody_may_not_write_Then_they_may_not_upload_either_nor_go_on_with_it()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var channel = ("channel_id", $"{harbour.Channel}");
        var begun = await CreateAsync(harbour.Bob, 2, channel);
        (await harbour.Ada.PatchAsync($"/channels/{harbour.Channel}", new { read_only = true })).Status.ShouldBe(200);

        using var further = await SendAsync(harbour.Bob, begun, 0, "ab");
        ((int)further.StatusCode).ShouldBe(403);
        using var again = await TusAsync(
            harbour.Bob,
            HttpMethod.Post,
            Route,
            null,
            ("Upload-Length", "2"),
            ("Upload-Metadata", $"channel_id {Convert.ToBase64String(Encoding.UTF8.GetBytes(channel.Item2))}")
        );
        ((int)again.StatusCode).ShouldBe(403);
        (await harbour.Bob.UploadAsync([.. "ab"u8], "n", harbour.Channel)).ShouldFail(403, "this channel is read-only");
        using var owner = await SendAsync(harbour.Ada, await CreateAsync(harbour.Ada, 2, channel), 0, "ab");
        ((int)owner.StatusCode).ShouldBe(204);
        (await harbour.Server.QueryAsync<long>("select count(*) from files")).ShouldBe(1);
    }

    internal static async Task<string> CreateAsync(
        Person person,
        long length,
        params (string Key, string Value)[] metadata
    )
    {
        var words = metadata.Select(pair => $"{pair.Key} {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair.Value))}");
        using var response = await TusAsync(
            person,
            HttpMethod.Post,
            Route,
            null,
            ("Upload-Length", $"{length}"),
            ("Upload-Metadata", string.Join(',', words))
        );
        ((int)response.StatusCode).ShouldBe(201);
        return response.Headers.Location!.ToString()["/api".Length..];
    }

    internal static Task<HttpResponseMessage> SendAsync(Person person, string path, long offset, string text)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.ContentType = new("application/offset+octet-stream");
        return TusAsync(person, HttpMethod.Patch, path, content, ("Upload-Offset", $"{offset}"));
    }

    private static Task<HttpResponseMessage> TusAsync(
        Person person,
        HttpMethod method,
        string path,
        HttpContent? content = null,
        params (string Name, string Value)[] headers
    ) => person.RequestAsync(method, path, content, [("Tus-Resumable", "1.0.0"), .. headers]);
}
