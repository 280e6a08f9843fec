using System.Net.Http.Headers;
using Chatalot.Features.Pictures;
using Chatalot.Features.Tests.Media;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Media;
using Chatalot.Shared.Storage;
using Chatalot.Shared.Threads;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatalot.Features.Tests.Pictures;

public sealed class PictureStoreTests : IDisposable
{
    private static readonly PictureRules Avatar = new()
    {
        Folder = PictureFolder.Avatars,
        Field = "avatar",
        MaxBytes = 2000,
        TooLarge = "avatar too large (max 10 MB)",
        MaxPixels = 1000,
        TextFields = ["shortcode"],
    };

    private readonly Guid owner = Guid.CreateVersion7();
    private readonly string folder = Directory.CreateTempSubdirectory("chatalot-pictures-").FullName;
    private readonly PictureStore pictures;

    public PictureStoreTests()
    {
        var options = new StorageOptions
        {
            Root = Path.Combine(folder, "files"),
            CacheRoot = Path.Combine(folder, "cache"),
        };
        pictures = new PictureStore(
            new DiskStorage(options),
            new DiskSpace(options),
            new Drafts(options, new LiveTraffic()),
            NullLogger<PictureStore>.Instance
        );
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_picture_is_kept_clean_under_a_new_name_and_served()
    {
        var name = await UploadAsync(Images.Jpeg(), "image/jpeg");

        var (status, headers, body) = await GetAsync(name);
        status.ShouldBe(200);
        body.ShouldBe(await File.ReadAllBytesAsync(Path.Combine(folder, "files", "avatars", name)));
        System.Text.Encoding.Latin1.GetString(body).ShouldNotContain(Images.Secret);
        headers.ContentType.ToString().ShouldBe("image/jpeg");
        headers.ContentLength.ShouldBe(body.Length);
        headers.CacheControl.ToString().ShouldBe("public, max-age=31536000, immutable");
        headers.ContentSecurityPolicy.ToString().ShouldBe("default-src 'none'; sandbox");
        Leftovers().ShouldBeEmpty();
    }

    [Fact]
    public async Task Conditions_ranges_and_HEAD_are_answered()
    {
        var name = await UploadAsync(Images.Png(), "image/png");
        var (_, headers, whole) = await GetAsync(name);
        var etag = headers.ETag.ToString();

        (await GetAsync(name, ("If-None-Match", etag))).Status.ShouldBe(304);
        (await GetAsync(name, ("If-Match", "\"other\""))).Status.ShouldBe(412);
        var (status, part, bytes) = await GetAsync(name, ("Range", "bytes=2-4"), ("If-Range", etag));
        status.ShouldBe(206);
        part.ContentRange.ToString().ShouldBe($"bytes 2-4/{whole.Length}");
        bytes.ShouldBe(whole[2..5]);
        (await GetAsync(name, ("Range", "bytes=2-4"), ("If-Range", "\"other\""))).Status.ShouldBe(200);
        (await GetAsync(name, ("Range", "bytes=-3"))).Body.ShouldBe(whole[^3..]);
        (await GetAsync(name, ("Range", $"bytes={whole.Length}-"))).Status.ShouldBe(416);
        (await GetAsync(name, ("method", "HEAD"))).Body.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    [InlineData("a..b")]
    [InlineData("a\\b")]
    public async Task Names_that_leave_the_folder_are_refused(string name) =>
        (await GetAsync(name)).Status.ShouldBe(400);

    [Fact]
    public async Task A_picture_that_is_not_kept_is_deleted_again()
    {
        string name;
        await using (var form = await ReadAsync(Form(Images.Gif(), "image/gif")))
        await using (var picture = await pictures.StoreAsync(form, owner, default))
            name = picture.Name;

        (await GetAsync(name)).Status.ShouldBe(404);
        Leftovers().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_picture_that_may_be_pointed_at_is_kept_and_one_that_was_refused_is_not()
    {
        string? refused = null;
        string? unknown = null;

        await Should.ThrowAsync<FailureException>(() =>
            ReplaceAsync(address =>
            {
                refused = PictureName.OfAddress(address);
                throw Failure.Forbidden.AsException();
            })
        );
        await Should.ThrowAsync<OperationCanceledException>(() =>
            ReplaceAsync(address =>
            {
                unknown = PictureName.OfAddress(address);
                throw new OperationCanceledException("the client left while the commit was on its way");
            })
        );

        (await GetAsync(refused!)).Status.ShouldBe(404);
        (await GetAsync(unknown!)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Only_the_owner_of_a_picture_can_have_it_deleted()
    {
        var name = await UploadAsync(Images.Gif(), "image/gif");

        await pictures.DeleteAsync(PictureFolder.Avatars, $"/api/avatars/{name}?v=1", owner: Guid.CreateVersion7());
        (await GetAsync(name)).Status.ShouldBe(200);
        await pictures.DeleteAsync(PictureFolder.Avatars, $"/api/avatars/{name}?v=1", owner);
        (await GetAsync(name)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Refusals_have_the_texts_of_the_contract_and_leave_nothing()
    {
        await RefusedAsync(new MultipartFormDataContent { { new StringContent("x"), "other" } }, "no avatar field");
        await RefusedAsync(Form(Images.Png(), null), "missing content type");
        await RefusedAsync(Form(Images.Png(), "image/bmp"), Avatar.InvalidType);
        await RefusedAsync(Form([], "image/png"), "invalid file: empty file");
        await RefusedAsync(Form([1, 2, 0, 3], "image/png"), "invalid file: unrecognized binary file type");
        await RefusedAsync(Form([.. "MZ"u8, 0], "image/png"), "invalid file: Windows executable (PE) not allowed");
        await RefusedAsync(Form(Images.Gif(), "image/png"), "file content does not match declared image type");
        await RefusedAsync(Form(new byte[2001], "image/png"), "avatar too large (max 10 MB)");
        await RefusedAsync(Form(Images.Png(100, 100), "image/png"), "invalid file: the image has too many pixels");
        await RefusedAsync(Form(Images.Png()[..40], "image/png"), "invalid file: the image ends too early");
        await RefusedAsync(
            new StringContent(
                "--x",
                new MediaTypeHeaderValue("multipart/form-data") { Parameters = { new("boundary", "b") } }
            ),
            "multipart error: the body is not a complete form"
        );
        Leftovers().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_last_of_repeated_fields_counts_and_other_fields_are_read()
    {
        var content = Form(Images.Gif(), "image/gif");
        content.Add(new StringContent("party"), "shortcode");
        content.Add(Part(Images.Png(), "image/png"), "avatar", "again.png");

        await using var form = await ReadAsync(content);
        form.Text("shortcode").ShouldBe("party");
        form.RequireAllowedType().ShouldBe(ImageFormat.Png);
    }

    private async Task RefusedAsync(HttpContent content, string message)
    {
        var refusal = await Should.ThrowAsync<FailureException>(async () =>
        {
            await using var form = await ReadAsync(content);
            await using var picture = await pictures.StoreAsync(form, owner, default);
        });
        refusal.Failure.ShouldBe(Failure.Validation(message));
    }

    private async Task<string> UploadAsync(byte[] bytes, string type)
    {
        await using var form = await ReadAsync(Form(bytes, type));
        await using var picture = await pictures.StoreAsync(form, owner, default);
        picture.Keep();
        return picture.Name;
    }

    private async Task ReplaceAsync(
        Func<string, Task<(string Result, IReadOnlyList<string?> Before, IReadOnlyList<string?> Now)>> point
    ) =>
        await pictures.ReplaceAsync(
            await RequestAsync(Form(Images.Png(), "image/png")),
            Avatar,
            owner,
            DateTimeOffset.UnixEpoch,
            point,
            default
        );

    private async Task<PictureForm> ReadAsync(HttpContent content) =>
        await pictures.ReadAsync(await RequestAsync(content), Avatar, default);

    private static async Task<HttpRequest> RequestAsync(HttpContent content)
    {
        var context = new DefaultHttpContext();
        context.Request.ContentType = content.Headers.ContentType!.ToString();
        context.Request.Body = await content.ReadAsStreamAsync();
        return context.Request;
    }

    private async Task<(int Status, IHeaderDictionary Headers, byte[] Body)> GetAsync(
        string name,
        params (string Name, string Value)[] headers
    )
    {
        var context = new DefaultHttpContext
        {
            RequestServices = new ServiceCollection().BuildServiceProvider(),
            Request = { Method = "GET" },
            Response = { Body = new MemoryStream() },
        };
        foreach (var (header, value) in headers)
        {
            if (header == "method")
                context.Request.Method = value;
            else
                context.Request.Headers[header] = value;
        }
        try
        {
            var result = await pictures.ServeAsync(PictureFolder.Avatars, name, "avatar not found", default);
            await result.ExecuteAsync(context);
        }
        catch (FailureException refusal)
        {
            return (refusal.Failure.Status, context.Response.Headers, []);
        }
        return (context.Response.StatusCode, context.Response.Headers, ((MemoryStream)context.Response.Body).ToArray());
    }

    private static MultipartFormDataContent Form(byte[] bytes, string? type) =>
        new() { { Part(bytes, type), "avatar", "cropped.webp" } };

    private static ByteArrayContent Part(byte[] bytes, string? type)
    {
        var part = new ByteArrayContent(bytes);
        if (type is not null)
            part.Headers.ContentType = new MediaTypeHeaderValue(type);
        return part;
    }

    private IEnumerable<string> Leftovers() => Directory.EnumerateFiles(Path.Combine(folder, "cache", "uploads"));
}
