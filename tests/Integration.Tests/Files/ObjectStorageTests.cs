using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Chatalot.Features.Files;
using Chatalot.Features.Maintenance;
using Chatalot.Host;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Storage;
using Chatalot.Shared.Storage.S3;
using Chatalot.Shared.Threads;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatalot.Integration.Tests.Files;

/// <summary>What files are on disk they are in a bucket too, against a real store.</summary>
public sealed class ObjectStorageTests
{
    private const int MiB = 1024 * 1024;

    [ObjectStoreFact]
    public async Task Given_a_bucket_Then_files_are_stored_once_read_in_ranges_and_deleted_with_the_last()
    {
        await using var store = await ObjectStore.StartAsync();
        await using var harbour = await FileHarbour.OpenAsync(store.Settings);
        var id = await harbour.Ada.StoreAsync("0123456789", "tide.txt", harbour.Channel);
        var same = await harbour.Bob.StoreAsync("0123456789");
        store.Objects().ShouldHaveSingleItem().ShouldStartWith($"team/{id.ToString()[^2..]}/");

        using var whole = await harbour.Bob.RequestAsync(HttpMethod.Get, $"/files/{id}");
        (await whole.Content.ReadAsStringAsync()).ShouldBe("0123456789");
        using var part = await harbour.Bob.RequestAsync(HttpMethod.Get, $"/files/{id}", null, ("Range", "bytes=3-5"));
        ((int)part.StatusCode).ShouldBe(206);
        (await part.Content.ReadAsStringAsync()).ShouldBe("345");
        using var head = await harbour.Bob.RequestAsync(HttpMethod.Head, $"/files/{id}");
        head.Content.Headers.ContentLength.ShouldBe(10);
        var etag = whole.Headers.ETag!.ToString();
        using var known = await harbour.Bob.RequestAsync(HttpMethod.Get, $"/files/{id}", null, ("If-None-Match", etag));
        ((int)known.StatusCode).ShouldBe(304);

        (await harbour.Ada.DeleteAsync($"/files/{id}")).ShouldBeEmpty();
        (await harbour.Bob.StatusAsync($"/files/{same}")).ShouldBe(200);
        (await harbour.Bob.DeleteAsync($"/files/{same}")).ShouldBeEmpty();
        store.Objects().ShouldBeEmpty();
        harbour.OnDisk("file-cache").ShouldBeEmpty();
        harbour.OnDisk("files").ShouldBeEmpty();
    }

    [ObjectStoreFact]
    public async Task Given_pictures_and_refused_files_Then_the_bucket_holds_what_a_record_points_at_and_nothing_else()
    {
        await using var store = await ObjectStore.StartAsync();
        await using var harbour = await FileHarbour.OpenAsync(store.Settings);
        var avatar = await harbour.Ada.UploadAsync("/account/avatar", "avatar", Images.Png(), "image/png");
        var address = avatar.Json.GetProperty("avatar_url").GetString()!;
        using var served = await harbour.Server.Http.GetAsync(address);
        (await served.Content.ReadAsByteArrayAsync()).ShouldNotBeEmpty();
        store.Objects().ShouldHaveSingleItem().ShouldStartWith("team/avatars/");

        (await harbour.Ada.UploadAsync([.. "#!/bin/sh"u8])).Status.ShouldBe(400);
        await harbour.Server.ExecuteAsync("alter table files add constraint none check (false)");
        (await harbour.Ada.UploadAsync([.. "text"u8])).Status.ShouldBe(500);
        store.Objects().Length.ShouldBe(1);
    }

    [ObjectStoreFact]
    public async Task Given_an_outage_of_the_store_Then_503_tells_it_readiness_fails_and_all_goes_on_afterwards()
    {
        await using var store = await ObjectStore.StartAsync();
        await using var harbour = await FileHarbour.OpenAsync(store.Settings);
        var id = await harbour.Ada.StoreAsync("kept");
        await store.EndAsync();

        const string text = "the file store is not available, please try again";
        (await harbour.Ada.GetAsync($"/files/{id}")).ShouldFail(503, text);
        (await harbour.Ada.UploadAsync([.. "new"u8])).ShouldFail(503, text);
        (await harbour.Server.QueryAsync<long>("select count(*) from files")).ShouldBe(1);
        harbour.OnDisk("file-cache").ShouldBeEmpty();
        var resumable = await ResumableTests.CreateAsync(harbour.Ada, 4);
        using var early = await ResumableTests.SendAsync(harbour.Ada, resumable, 0, "tide");
        ((int)early.StatusCode).ShouldBe(503);
        using var ready = await harbour.Server.Http.GetAsync("/api/health/ready");
        ((int)ready.StatusCode).ShouldBe(503);

        await store.BeginAsync();
        (await harbour.Ada.StatusAsync($"/files/{id}")).ShouldBe(200);
        // All its bytes had come: an empty piece ends it.
        using var ended = await ResumableTests.SendAsync(harbour.Ada, resumable, 4, "");
        var late = ended.Headers.GetValues("Upload-File-Id").Single();
        (await harbour.Ada.StatusAsync($"/files/{late}")).ShouldBe(200);
        (await harbour.Ada.DeleteAsync($"/files/{late}")).ShouldBeEmpty();
        await store.EndAsync();
        // The row goes, the bytes are the orphan job's matter.
        (await harbour.Ada.DeleteAsync($"/files/{id}")).ShouldBeEmpty();
        await store.BeginAsync();
        harbour.Server.Clock.Advance(TimeSpan.FromDays(2));
        (await harbour.Server.RunJobAsync<SweepOrphanFiles>()).Items.ShouldBe(1);
        store.Objects().ShouldBeEmpty();
    }

    [ObjectStoreFact]
    public async Task Given_an_outage_of_the_store_When_a_channel_is_deleted_Then_nobody_waits_and_its_bytes_go_later()
    {
        var log = new LogLines<DroppedContents>();
        await using var store = await ObjectStore.StartAsync();
        await using var harbour = await FileHarbour.OpenAsync(
            store.Settings,
            services => services.AddSingleton<ILogger<DroppedContents>>(log)
        );
        await harbour.Ada.StoreAsync("kept", "k", harbour.Channel);
        await store.EndAsync();

        (await harbour.Ada.DeleteAsync($"/channels/{harbour.Channel}")).ShouldBeEmpty();
        await Eventually.TrueAsync(() => log.All.Count == 1);
        log.All.Single().ShouldStartWith("Warning: The bytes of deleted files could not be deleted");
        store.Objects().Length.ShouldBe(1);

        await store.BeginAsync();
        await using var next = await harbour.Server.StartSiblingAsync();
        await Eventually.HoldsAsync(() => store.Objects().Length == 0, "the bytes are deleted");
    }

    [ObjectStoreFact]
    public async Task Given_a_large_file_Then_it_is_stored_in_parts_and_memory_does_not_grow_with_it()
    {
        const int length = 80 * MiB + 1;
        await using var store = await ObjectStore.StartAsync();
        using var storage = new S3Storage(Options(store), NullLogger<S3Storage>.Instance);
        using var drafts = OpenDrafts();
        await using var draft = drafts.Create();
        var piece = new byte[MiB];
        for (var i = 0; i < length / MiB; i++)
        {
            Random.Shared.NextBytes(piece);
            await draft.Stream.WriteAsync(piece);
        }
        draft.Stream.WriteByte(7);
        draft.Stream.Position = 0;
        var sent = await SHA256.HashDataAsync(draft.Stream);

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var highest = 0L;
        var storing = storage.StoreAsync("ab/large", draft, CancellationToken.None);
        await Eventually.HoldsAsync(
            () =>
            {
                highest = Math.Max(highest, GC.GetTotalMemory(forceFullCollection: true));
                return storing.IsCompleted;
            },
            "the file is stored"
        );
        await storing;
        (highest - before).ShouldBeLessThan(40L * MiB);

        var blob = (await storage.FindAsync("ab/large", CancellationToken.None)).ShouldNotBeNull();
        blob.Length.ShouldBe(length);
        await using (var stored = await blob.OpenAsync(CancellationToken.None))
            (await SHA256.HashDataAsync(stored)).ShouldBe(sent);

        using var cancelled = new CancellationTokenSource();
        var given = storage.StoreAsync("ab/given-up", draft, cancelled.Token);
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(given);
        (await storage.FindAsync("ab/given-up", CancellationToken.None)).ShouldBeNull();
    }

    [ObjectStoreFact]
    public async Task Given_an_upload_in_parts_that_breaks_off_Then_its_parts_are_given_back_and_nothing_is_left()
    {
        await using var store = await ObjectStore.StartAsync();
        await using var proxy = await RecordingProxy.StartAsync(
            store.Endpoint,
            request =>
                request.Query["partNumber"] == "2" ? HttpStatusCode.InternalServerError
                // The store knows no abortion; what others answer stands in the protocol.
                : request.Method == "DELETE" && request.Query.ContainsKey("uploadId") ? HttpStatusCode.NoContent
                : null
        );
        var settings = store.Settings;
        settings["S3_ENDPOINT"] = proxy.Endpoint.ToString();
        await using var harbour = await FileHarbour.OpenAsync(settings);
        var large = new byte[17 * MiB];
        Array.Fill(large, (byte)'a');

        (await harbour.Ada.UploadAsync(large)).ShouldFail(503, "the file store is not available, please try again");

        var begun = One("POST ", "?uploads");
        var key = begun["POST ".Length..begun.IndexOf('?', StringComparison.Ordinal)];
        var upload = Regex.Match(One("PUT ", "partNumber=1"), "uploadId=([^&]+)").Groups[1].Value;
        upload.ShouldNotBeEmpty();
        var abortion = One($"DELETE {key}?", $"uploadId={upload}");
        proxy.Requests.SkipWhile(request => request != abortion).ShouldNotContain(request => request[0] == 'P');
        proxy.Requests.ShouldNotContain(request =>
            request.StartsWith($"POST {key}?uploadId", StringComparison.Ordinal)
        );
        (await harbour.Server.QueryAsync<long>("select count(*) from files")).ShouldBe(0);
        harbour.OnDisk("file-cache").ShouldBeEmpty();
        store.Objects().ShouldBeEmpty();
        // The same through the proxy, unbroken: what it passes on is what the store expects.
        (await harbour.Ada.UploadAsync([.. "small"u8])).Status.ShouldBe(200);
        store.Objects().Length.ShouldBe(1);

        harbour.Server.Clock.Advance(TimeSpan.FromDays(2));
        (await harbour.Server.RunJobAsync<SweepOrphanFiles>()).Items.ShouldBe(0);

        string One(string beginning, string part) =>
            proxy.Requests.Single(request =>
                request.StartsWith(beginning, StringComparison.Ordinal)
                && request.Contains(part, StringComparison.Ordinal)
            );
    }

    [ObjectStoreFact]
    public async Task Given_more_objects_than_an_answer_of_the_store_holds_Then_all_are_listed_once()
    {
        const int most = 1000;
        await using var store = await ObjectStore.StartAsync();
        using var storage = new S3Storage(Options(store), NullLogger<S3Storage>.Instance);
        string[] keys = [.. Enumerable.Range(0, most + 1).Select(i => $"{i % 2:x2}/{i:d5}")];
        store.Fill(keys);

        var listed = new List<string>();
        await foreach (var entry in storage.ListAsync(CancellationToken.None))
            listed.Add(entry.Key);

        listed.ShouldBe(keys, ignoreOrder: true);
    }

    [ObjectStoreFact]
    public async Task Given_a_bucket_that_is_not_there_Then_the_start_is_stopped_and_says_so_and_an_outage_does_not_stop_it()
    {
        await using var store = await ObjectStore.StartAsync();
        using (
            var missing = new S3Storage(
                Options(store) with
                {
                    Bucket = "nobody-made-it",
                },
                NullLogger<S3Storage>.Instance
            )
        )
        {
            var stopped = await Should.ThrowAsync<InvalidDataException>(() =>
                Server.CheckStorageAsync(missing, NullLogger.Instance, CancellationToken.None)
            );
            stopped.Message.ShouldContain("NoSuchBucket");
            using var drafts = OpenDrafts();
            await using var draft = drafts.Create();
            var refused = await Should.ThrowAsync<FailureException>(() =>
                missing.StoreAsync("ab/x", draft, CancellationToken.None)
            );
            refused.Failure.Code.ShouldBe("storage_unavailable");
        }

        await store.EndAsync();
        using var lost = new S3Storage(Options(store), NullLogger<S3Storage>.Instance);
        await Server.CheckStorageAsync(lost, NullLogger.Instance, CancellationToken.None);
    }

    private static S3Options Options(ObjectStore store) =>
        new()
        {
            Bucket = ObjectStore.Bucket,
            Endpoint = store.Endpoint,
            Region = "us-east-1",
            AccessKey = "S3RVER",
            SecretKey = "S3RVER",
            UsesPathStyle = true,
        };

    /// <summary>They delete their own folder at the end; only the empty one above it stays.</summary>
    private static Drafts OpenDrafts()
    {
        var folder = Path.GetTempPath();
        return new Drafts(new StorageOptions { Root = folder, CacheRoot = folder }, new LiveTraffic());
    }
}
