using System.Security.Cryptography;
using System.Text;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Files;

public sealed class FileTests
{
    [Fact]
    public async Task Given_an_upload_When_a_member_downloads_Then_bytes_length_type_name_and_tag_are_right()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var bytes = Encoding.UTF8.GetBytes("low tide at six");
        var file = await harbour.Ada.UploadAsync(bytes, "Fahrplan für \"Elbe\"\r\n.txt", harbour.Channel);
        file.Json.GetProperty("size_bytes").GetInt64().ShouldBe(bytes.Length);

        using var response = await harbour.Bob.RequestAsync(HttpMethod.Get, $"/files/{file.Id}");
        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(bytes);
        var headers = response.Content.Headers;
        headers.ContentLength.ShouldBe(bytes.Length);
        headers.ContentType!.ToString().ShouldBe("text/plain");
        headers
            .GetValues("Content-Disposition")
            .Single()
            .ShouldBe(
                "attachment; filename=\"Fahrplan f_r 'Elbe'__.txt\"; "
                    + "filename*=UTF-8''Fahrplan%20f%C3%BCr%20%27Elbe%27__.txt"
            );
        response.Headers.ETag!.Tag.ShouldBe($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\"");
        response.Headers.GetValues("Content-Security-Policy").Single().ShouldBe("default-src 'none'; sandbox");
        response.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
        response.Headers.CacheControl!.ToString().ShouldContain("no-store");

        var meta = (await harbour.Bob.GetAsync($"/files/{file.Id}/meta")).Json;
        meta.GetProperty("uploader_id").GetGuid().ShouldBe(harbour.Ada.Id);
        meta.GetProperty("content_type").GetString().ShouldBe("text/plain");
        (await harbour.Bob.GetAsync($"/files/{file.Id}/thumb")).ShouldFail(404, "no thumbnail available");
    }

    [Fact]
    public async Task Given_a_file_When_a_part_of_it_is_asked_for_Then_ranges_and_conditions_are_answered()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var id = await harbour.Ada.StoreAsync("0123456789");
        var path = $"/files/{id}";
        using var whole = await harbour.Ada.RequestAsync(HttpMethod.Get, path);
        var etag = whole.Headers.ETag!.ToString();

        using var part = await harbour.Ada.RequestAsync(HttpMethod.Get, path, null, ("Range", "bytes=3-5"));
        ((int)part.StatusCode).ShouldBe(206);
        (await part.Content.ReadAsStringAsync()).ShouldBe("345");
        part.Content.Headers.ContentRange!.ToString().ShouldBe("bytes 3-5/10");
        using var beyond = await harbour.Ada.RequestAsync(HttpMethod.Get, path, null, ("Range", "bytes=10-"));
        ((int)beyond.StatusCode).ShouldBe(416);
        beyond.Content.Headers.ContentRange!.ToString().ShouldBe("bytes */10");
        using var known = await harbour.Ada.RequestAsync(HttpMethod.Get, path, null, ("If-None-Match", etag));
        ((int)known.StatusCode).ShouldBe(304);
        using var head = await harbour.Ada.RequestAsync(HttpMethod.Head, path);
        head.Content.Headers.ContentLength.ShouldBe(10);
        using var denied = await harbour.Stranger.RequestAsync(HttpMethod.Get, path, null, ("If-None-Match", etag));
        ((int)denied.StatusCode).ShouldBe(404);
    }

    [Fact]
    public async Task Given_files_of_a_channel_and_private_ones_Then_access_is_that_of_the_moment()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var shared = await harbour.Bob.StoreAsync("shared", "a", harbour.Channel);
        var own = await harbour.Bob.StoreAsync("own", "b");

        (await harbour.Ada.StatusAsync($"/files/{shared}")).ShouldBe(200);
        (await harbour.Stranger.StatusAsync($"/files/{shared}")).ShouldBe(404);
        (await harbour.Admin.StatusAsync($"/files/{shared}")).ShouldBe(403);
        (await harbour.Ada.StatusAsync($"/files/{own}")).ShouldBe(404);
        (await harbour.Admin.StatusAsync($"/files/{own}")).ShouldBe(200);
        (await harbour.Ada.DeleteAsync($"/files/{shared}")).ShouldFail(403, "forbidden");

        (await harbour.Bob.PostAsync($"/channels/{harbour.Channel}/leave")).Status.ShouldBe(200);
        (await harbour.Bob.StatusAsync($"/files/{shared}")).ShouldBe(403);
        (await harbour.Bob.DeleteAsync($"/files/{shared}")).ShouldBeEmpty();
        (await harbour.Ada.GetAsync($"/files/{shared}")).ShouldFail(404, "file not found");
        harbour.OnDisk("files").Count().ShouldBe(1);
    }

    [Fact]
    public async Task Given_words_beside_the_file_that_break_a_rule_Then_nothing_is_stored()
    {
        await using var harbour = await FileHarbour.OpenAsync(new() { ["MAX_FILE_SIZE_MB"] = "1" });
        byte[] bytes = [.. "x"u8];

        (await harbour.Ada.UploadAsync(bytes, new string('n', 513))).ShouldFail(
            400,
            "file name too long (max 512 bytes)"
        );
        (await harbour.Ada.UploadAsync(bytes, "a\0b")).Status.ShouldBe(400);
        (await harbour.Ada.UploadAsync(bytes, "n", "no-id")).ShouldFail(400, "invalid channel_id");
        (await harbour.Stranger.UploadAsync(bytes, "n", harbour.Channel)).ShouldFail(403, "forbidden");
        (await harbour.Ada.UploadAsync(bytes, "n", Guid.NewGuid())).ShouldFail(403, "forbidden");
        (await harbour.Ada.UploadAsync(new byte[1024 * 1024 + 1])).ShouldFail(400, "file too large (max 1 MB)");
        var none = new MultipartFormDataContent { { new StringContent("x"), "name" } };
        using var response = await harbour.Ada.RequestAsync(HttpMethod.Post, "/files/upload", none);
        new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync()).ShouldFail(
            400,
            "no file field"
        );
        (await harbour.Ada.PatchAsync($"/channels/{harbour.Channel}", new { archived = true })).Status.ShouldBe(200);
        (await harbour.Bob.UploadAsync(bytes, "n", harbour.Channel)).Status.ShouldBe(403);

        (await harbour.Server.QueryAsync<long>("select count(*) from files")).ShouldBe(0);
        harbour.OnDisk("files").ShouldBeEmpty();
        harbour.OnDisk("file-cache").ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_the_same_bytes_twice_Then_they_are_kept_once_until_the_last_file_goes()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var uploads = await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ => harbour.Ada.StoreAsync("equal", "a"))
                .Append(harbour.Bob.StoreAsync("equal"))
        );
        harbour.OnDisk("files").Count().ShouldBe(1);
        harbour.OnDisk("file-cache").ShouldBeEmpty();

        foreach (var id in uploads[..4])
            (await harbour.Ada.DeleteAsync($"/files/{id}")).ShouldBeEmpty();
        (await harbour.Bob.StatusAsync($"/files/{uploads[4]}")).ShouldBe(200);
        (await harbour.Ada.StatusAsync($"/files/{uploads[4]}")).ShouldBe(404);
        (await harbour.Bob.DeleteAsync($"/files/{uploads[4]}")).ShouldBeEmpty();
        harbour.OnDisk("files").ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_a_quota_When_many_upload_at_once_in_two_processes_Then_it_holds_and_deleting_gives_back()
    {
        await using var harbour = await FileHarbour.OpenAsync(new() { ["UPLOAD_QUOTA_MB"] = "1" });
        await using var sibling = await harbour.Server.StartSiblingAsync();
        var people = new[] { harbour.Ada, harbour.Ada.At(sibling) };

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(n => people[n % 2].UploadAsync(Text(300_000, (char)('a' + n))))
        );
        answers.Count(answer => answer.Status == 200).ShouldBe(3);
        answers
            .First(answer => answer.Status != 200)
            .ShouldFail(400, "upload quota exceeded (1 MB limit, 0.1 MB remaining)");
        harbour.OnDisk("files").Count().ShouldBe(3);

        var own = (await harbour.Ada.GetAsync("/files")).Json;
        own.GetProperty("used_bytes").GetInt64().ShouldBe(900_000);
        (await harbour.Ada.DeleteAsync($"/files/{answers.First(a => a.Status == 200).Id}")).ShouldBeEmpty();
        (await harbour.Ada.UploadAsync(Text(300_000, 'z'))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Given_ten_uploads_in_a_minute_When_another_begins_Then_429_until_the_minute_is_over()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(n => harbour.Ada.UploadAsync(Text(10, (char)('a' + n))))
        );
        answers.Count(answer => answer.Status == 200).ShouldBe(10);
        answers.First(answer => answer.Status != 200).ShouldFail(429, "upload rate limit exceeded (max 10 per minute)");

        harbour.Server.Clock.Advance(TimeSpan.FromSeconds(61));
        (await harbour.Ada.UploadAsync([.. "again"u8])).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Given_a_full_disk_When_somebody_uploads_Then_507_and_nothing_is_left()
    {
        await using var harbour = await FileHarbour.OpenAsync(new() { ["MIN_FREE_DISK_MB"] = "10000000" });

        var refused = await harbour.Ada.UploadAsync([.. "x"u8]);
        refused.ShouldFail(507, "the server's disk is full, please try again later");
        harbour.OnDisk("file-cache").ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_an_upload_that_breaks_off_Then_nothing_is_left()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        using (var client = new System.Net.Sockets.TcpClient())
        {
            await client.ConnectAsync(harbour.Ada.Server.Host, harbour.Ada.Server.Port);
            await using var stream = client.GetStream();
            var head =
                $"POST /api/files/upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {harbour.Ada.Token}\r\n"
                + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head + new string('x', 200_000)));
            await Eventually.HoldsAsync(() => harbour.OnDisk("file-cache").Any(), "the upload is under way");
        }

        await Eventually.HoldsAsync(() => !harbour.OnDisk("file-cache").Any(), "the draft is gone");
        harbour.OnDisk("files").ShouldBeEmpty();
        (await harbour.Server.QueryAsync<long>("select count(*) from files")).ShouldBe(0);
    }

    [Fact]
    public async Task Given_a_picture_Then_it_is_kept_without_its_metadata_and_has_a_thumbnail()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var file = await harbour.Ada.UploadAsync(Images.Png(800, 600), "a.png", harbour.Channel);
        file.Json.GetProperty("has_thumbnail").GetBoolean().ShouldBeTrue();

        using var download = await harbour.Bob.RequestAsync(HttpMethod.Get, $"/files/{file.Id}");
        var bytes = await download.Content.ReadAsByteArrayAsync();
        Encoding.Latin1.GetString(bytes).ShouldNotContain(Images.Secret);
        bytes.Length.ShouldBe((int)file.Json.GetProperty("size_bytes").GetInt64());
        using var thumb = await harbour.Bob.RequestAsync(HttpMethod.Get, $"/files/{file.Id}/thumb");
        thumb.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        var isMade = File.Exists("/usr/bin/vipsthumbnail");
        thumb.Content.Headers.ContentType!.ToString().ShouldBe(isMade ? "image/jpeg" : "image/png");
        (await harbour.Stranger.StatusAsync($"/files/{file.Id}/thumb")).ShouldBe(404);
    }

    [Fact]
    public async Task Given_a_row_whose_bytes_are_gone_Then_404_the_details_stay_and_it_can_be_deleted()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var id = await harbour.Ada.StoreAsync("lost");
        File.Delete(harbour.OnDisk("files").Single());

        (await harbour.Ada.GetAsync($"/files/{id}")).ShouldFail(404, "file not found");
        (await harbour.Ada.StatusAsync($"/files/{id}/meta")).ShouldBe(200);
        (await harbour.Ada.DeleteAsync($"/files/{id}")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_bitmaps_Then_what_can_be_read_has_a_thumbnail_and_what_cannot_says_so_at_once()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var whole = await harbour.Ada.UploadAsync(Images.Bitmap(300, 100), "a.bmp");
        whole.Json.GetProperty("has_thumbnail").GetBoolean().ShouldBeTrue();
        using var thumb = await harbour.Ada.RequestAsync(HttpMethod.Get, $"/files/{whole.Id}/thumb");
        thumb.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        var isMade = File.Exists("/usr/bin/vipsthumbnail");
        thumb.Content.Headers.ContentType!.ToString().ShouldBe(isMade ? "image/jpeg" : "image/bmp");

        var cut = await harbour.Ada.UploadAsync(Images.Bitmap(300, 100)[..5000], "cut.bmp");
        (await harbour.Ada.StatusAsync($"/files/{cut.Id}/thumb")).ShouldBe(isMade ? 404 : 200);
        (await harbour.Ada.StatusAsync($"/files/{cut.Id}")).ShouldBe(200);
        var bomb = await harbour.Ada.UploadAsync(Images.Bitmap(int.MaxValue - 1, 1), "bomb.bmp");
        bomb.Json.GetProperty("has_thumbnail").GetBoolean().ShouldBeFalse();
        harbour.OnDisk("file-cache").Count().ShouldBe(isMade ? 1 : 0);
    }

    private static byte[] Text(int length, char letter) => Encoding.ASCII.GetBytes(new string(letter, length));
}
