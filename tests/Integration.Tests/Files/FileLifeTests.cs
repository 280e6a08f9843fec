using System.Text.Json.Nodes;
using Chatalot.Features.Maintenance;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Messages;
using Chatalot.Integration.Tests.Spaces;

namespace Chatalot.Integration.Tests.Files;

/// <summary>Files go with their channel, and with the message that names them where the server can read it.</summary>
public sealed class FileLifeTests
{
    [Fact]
    public async Task Given_files_of_a_channel_When_it_is_deleted_Then_bytes_and_quota_go_and_shared_bytes_stay()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var picture = (await harbour.Ada.UploadAsync(Images.Png(800, 600), "a.png", harbour.Channel)).Id;
        (await harbour.Bob.StatusAsync($"/files/{picture}/thumb")).ShouldBe(200);
        await harbour.Bob.StoreAsync("elsewhere too", "b", harbour.Channel);
        var own = await harbour.Bob.StoreAsync("of nobody else", "c");
        var shared = await harbour.Stranger.StoreAsync("elsewhere too");
        harbour.OnDisk("files").Count().ShouldBe(3);

        (await harbour.Ada.DeleteAsync($"/channels/{harbour.Channel}")).ShouldBeEmpty();

        (await FilesOf(harbour.Ada)).ShouldBeEmpty();
        (await harbour.Ada.GetAsync("/files")).Json.GetProperty("used_bytes").GetInt64().ShouldBe(0);
        (await FilesOf(harbour.Bob)).Single().Id.ShouldBe(own);
        await BytesAreLeftAsync(harbour, 2);
        harbour.OnDisk("file-cache").ShouldBeEmpty();
        (await harbour.Bob.StatusAsync($"/files/{own}")).ShouldBe(200);
        (await harbour.Stranger.StatusAsync($"/files/{shared}")).ShouldBe(200);
    }

    [Theory]
    [InlineData("/groups/{0}/channels/{1}")]
    [InlineData("/groups/{0}")]
    [InlineData("/communities/{2}")]
    public async Task Given_a_channel_that_goes_with_what_it_belongs_to_Then_its_files_go_too(string route)
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var community = (await harbour.Admin.PostAsync("/communities", new { name = "Rowing" })).Id;
        var asked = new
        {
            community_id = community,
            name = "Oars",
            visibility = "public",
        };
        var group = (await harbour.Admin.PostAsync("/groups", asked)).Id;
        var body = new { name = "blades", channel_type = "text" };
        var channel = (await harbour.Admin.PostAsync($"/groups/{group}/channels", body)).Id;
        await harbour.Admin.StoreAsync("goes", "a", channel);
        await harbour.Admin.StoreAsync("stays", "b");

        (await harbour.Admin.DeleteAsync(string.Format(null, route, group, channel, community))).ShouldBeEmpty();

        (await FilesOf(harbour.Admin)).Single().Name.ShouldBe("b");
        await BytesAreLeftAsync(harbour, 1);
    }

    [Fact]
    public async Task Given_a_direct_message_When_one_account_is_deleted_Then_the_files_of_both_in_it_go()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var community = (await harbour.Admin.PostAsync("/communities", new { name = "Rowing" })).Id;
        await InviteTests.JoinAsync(harbour.Admin, harbour.Ada, community);
        await InviteTests.JoinAsync(harbour.Admin, harbour.Bob, community);
        var direct = (await harbour.Ada.PostAsync("/dms", new { target_user_id = harbour.Bob.Id }))
            .Json.GetProperty("channel")
            .GetProperty("id")
            .GetGuid();
        await harbour.Ada.StoreAsync("to bob", "a", direct);
        await harbour.Bob.StoreAsync("to ada", "b", direct);
        await harbour.Bob.StoreAsync("to all", "c", harbour.Channel);

        (await harbour.Admin.DeleteAsync($"/admin/users/{harbour.Bob.Id}")).ShouldBeEmpty();

        (await FilesOf(harbour.Ada)).ShouldBeEmpty();
        (await harbour.Server.QueryAsync<string>("select string_agg(name, ',') from files")).ShouldBe("c");
        await BytesAreLeftAsync(harbour, 1);
    }

    [Fact]
    public async Task Given_evidence_in_a_channel_that_is_deleted_Then_it_is_for_operators_alone_until_they_delete_it()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var hidden = await harbour.Bob.StoreAsync("hidden", "a", harbour.Channel);
        var reported = await harbour.Bob.StoreAsync("reported", "b", harbour.Channel);
        var named = await harbour.Bob.StoreAsync("reported by its message", "c", harbour.Channel);
        var cleared = await harbour.Bob.StoreAsync("dismissed", "d", harbour.Channel);
        (await harbour.Admin.PostAsync($"/admin/files/{hidden}/quarantine")).ShouldBeEmpty();
        await using var bob = await harbour.Bob.ConnectAsync();
        var message = await SendAsync(bob, harbour.Channel, Names(named));
        await IsBoundAsync(harbour.Bob, named, message);
        await ReportAsync(harbour.Ada, "file", reported);
        await ReportAsync(harbour.Ada, "message", message);
        var filed = await ReportAsync(harbour.Ada, "file", cleared);
        (await harbour.Admin.PostAsync($"/admin/reports/{filed}/review", new { status = "dismissed" })).Status.ShouldBe(
            200
        );

        (await harbour.Ada.DeleteAsync($"/channels/{harbour.Channel}")).ShouldBeEmpty();

        Guid[] evidence = [hidden, reported, named];
        (await FilesOf(harbour.Bob)).Select(file => file.Id).ShouldBe(evidence, ignoreOrder: true);
        foreach (var id in evidence)
        {
            (await harbour.Bob.StatusAsync($"/files/{id}")).ShouldBe(403);
            (await harbour.Bob.StatusAsync($"/files/{id}/meta")).ShouldBe(403);
            (await harbour.Bob.DeleteAsync($"/files/{id}")).ShouldFail(403, "forbidden");
            (await harbour.Ada.StatusAsync($"/files/{id}")).ShouldBe(404);
            (await harbour.Admin.StatusAsync($"/files/{id}")).ShouldBe(200);
        }
        var listed = (await harbour.Admin.GetAsync("/admin/files?quarantined=true")).Json.GetProperty("files");
        listed.GetArrayLength().ShouldBe(3);
        await BytesAreLeftAsync(harbour, 3);

        foreach (var id in evidence)
            (await harbour.Admin.DeleteAsync($"/admin/files/{id}")).ShouldBeEmpty();
        harbour.OnDisk("files").ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_an_upload_that_ends_while_its_channel_is_being_deleted_Then_it_is_refused_without_a_trace()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        await using var deletion = await HeldTransaction.BeginAsync(
            harbour.Server.Database.DataSource,
            $"delete from mt_doc_channel where id = '{harbour.Channel}'"
        );

        var late = await deletion.CommitUnderAsync(() => harbour.Bob.UploadAsync([.. "late"u8], "l", harbour.Channel));

        late.ShouldFail(403, "forbidden");
        (await harbour.Server.QueryAsync<long>("select count(*) from files")).ShouldBe(0);
        harbour.OnDisk("files").ShouldBeEmpty();
        harbour.OnDisk("file-cache").ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_an_upload_that_is_stored_while_its_channel_is_being_deleted_Then_it_goes_with_it()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var private_ = await harbour.Bob.StoreAsync("early");
        await using var upload = await HeldTransaction.BeginAsync(
            harbour.Server.Database.DataSource,
            $"""
            insert into files (id, uploader_id, channel_id, name, size_bytes, checksum, stored_checksum, storage_path,
                created_at)
            select gen_random_uuid(), uploader_id, '{harbour.Channel}', name, size_bytes, checksum, stored_checksum,
                storage_path, created_at from files
            """
        );

        (await upload.CommitUnderAsync(() => harbour.Ada.DeleteAsync($"/channels/{harbour.Channel}"))).ShouldBeEmpty();

        (await FilesOf(harbour.Bob)).Single().Id.ShouldBe(private_);
    }

    [Fact]
    public async Task Given_many_uploads_while_a_channel_is_deleted_Then_none_is_left_in_any_way()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var uploads = Enumerable
            .Range(0, 16)
            .Select(n =>
                (n % 2 == 0 ? harbour.Ada : harbour.Bob).UploadAsync(
                    [(byte)('a' + n), .. "tide"u8],
                    "n",
                    harbour.Channel
                )
            )
            .ToList();
        await Task.WhenAny(uploads);

        (await harbour.Ada.DeleteAsync($"/channels/{harbour.Channel}")).ShouldBeEmpty();

        foreach (var answer in await Task.WhenAll(uploads))
            answer.Status.ShouldBeOneOf(200, 403, 404);
        (await harbour.Server.QueryAsync<long>("select count(*) from files")).ShouldBe(0);
        await BytesAreLeftAsync(harbour, 0);
        harbour.OnDisk("file-cache").ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_bytes_that_were_noted_before_a_crash_Then_the_next_start_deletes_them()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        await harbour.Ada.StoreAsync("left", "l");
        await harbour.Server.ExecuteAsync(
            """
            with gone as (delete from files returning storage_path, stored_checksum)
            insert into dropped_contents (storage_path, stored_checksum) select * from gone
            """
        );

        await using var next = await harbour.Server.StartSiblingAsync();

        await BytesAreLeftAsync(harbour, 0);
    }

    [Fact]
    public async Task Given_messages_that_name_files_Then_own_files_of_the_channel_are_bound_once_and_nothing_else()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var other = (await harbour.Ada.PostAsync("/channels", new { name = "mole", channel_type = "text" })).Id;
        var mine = await harbour.Ada.StoreAsync("mine", "a", harbour.Channel);
        var sealed_ = await harbour.Ada.StoreAsync("sealed", "b", harbour.Channel);
        var bobs = await harbour.Bob.StoreAsync("bobs", "c", harbour.Channel);
        var elsewhere = await harbour.Ada.StoreAsync("elsewhere", "d", other);
        var alone = await harbour.Ada.StoreAsync("alone", "e");
        var told = await harbour.Ada.StoreAsync("told", "f", harbour.Channel);
        await using var ada = await harbour.Ada.ConnectAsync();

        await SendAsync(ada, harbour.Channel, Names(told), type: "text");
        foreach (var id in new[] { bobs, elsewhere, alone, Guid.NewGuid() })
            await SendAsync(ada, harbour.Channel, Names(id));
        await SendAsync(ada, harbour.Channel, "{");
        var first = await SendAsync(ada, harbour.Channel, Names(mine), clientId: "c-1");
        (await SendAsync(ada, harbour.Channel, Names(mine), clientId: "c-1")).ShouldBe(first);
        await SendAsync(ada, harbour.Channel, Names(mine));
        var last = await SendAsync(ada, harbour.Channel, "\u0001sealed", fileIds: [sealed_, bobs, elsewhere]);
        await ada.SendAsync(Message(harbour.Channel, "sealed", "file", null, [.. Enumerable.Repeat(sealed_, 11)]));
        await ada.NextErrorAsync("validation_error");

        // Files are bound in the order of the messages, so everything before this one is settled by then.
        await IsBoundAsync(harbour.Ada, sealed_, last);
        (await FilesOf(harbour.Ada))
            .Where(file => file.Message is not null)
            .ToDictionary(file => file.Id, file => file.Message!.Value)
            .ShouldBe(new Dictionary<Guid, Guid> { [mine] = first, [sealed_] = last }, ignoreOrder: true);
        (await FilesOf(harbour.Bob)).Single().Message.ShouldBeNull();
    }

    [Fact]
    public async Task Given_bound_files_When_author_or_moderator_deletes_the_message_Then_they_go_and_shared_bytes_stay()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var shared = await harbour.Stranger.StoreAsync("shared");
        await harbour.Bob.StoreAsync("unbound", "u", harbour.Channel);
        await using var bob = await harbour.Bob.ConnectAsync();
        await using var ada = await harbour.Ada.ConnectAsync();
        foreach (var (text, deleter) in new[] { ("shared", bob), ("judged", ada) })
        {
            var file = await harbour.Bob.StoreAsync(text, "b", harbour.Channel);
            var message = await SendAsync(bob, harbour.Channel, Names(file));
            await IsBoundAsync(harbour.Bob, file, message);
            (await harbour.Ada.StatusAsync($"/files/{file}")).ShouldBe(200);

            await deleter.SendAsync(new { type = "delete_message", message_id = message });
            (await deleter.DrainAsync()).Types().ShouldNotContain("error");

            (await harbour.Ada.StatusAsync($"/files/{file}")).ShouldBe(404);
        }
        (await FilesOf(harbour.Bob)).Single().Name.ShouldBe("u");
        (await harbour.Bob.GetAsync("/files")).Json.GetProperty("used_bytes").GetInt64().ShouldBe("unbound".Length);
        await BytesAreLeftAsync(harbour, 2);
        (await harbour.Stranger.StatusAsync($"/files/{shared}")).ShouldBe(200);
    }

    [Fact]
    public async Task Given_evidence_When_its_message_is_deleted_Then_it_stays_until_it_is_judged()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        await using var bob = await harbour.Bob.ConnectAsync();
        var (hidden, _) = await BindAsync("hidden");
        (await harbour.Admin.PostAsync($"/admin/files/{hidden}/quarantine")).ShouldBeEmpty();
        var (reported, reportedIn) = await BindAsync("reported");
        await ReportAsync(harbour.Ada, "file", reported);
        var (named, namedIn) = await BindAsync("named");
        var filed = await ReportAsync(harbour.Ada, "message", namedIn);
        Guid[] evidence = [hidden, reported, named];

        foreach (var message in await MessagesAsync())
            await bob.SendAsync(new { type = "delete_message", message_id = message });
        (await bob.DrainAsync()).Types().ShouldNotContain("error");

        foreach (var id in evidence)
        {
            (await harbour.Bob.StatusAsync($"/files/{id}")).ShouldBe(403);
            (await harbour.Ada.StatusAsync($"/files/{id}")).ShouldBe(403);
            (await harbour.Bob.DeleteAsync($"/files/{id}")).ShouldFail(403, "forbidden");
            (await harbour.Admin.StatusAsync($"/files/{id}")).ShouldBe(200);
        }

        // Found harmless, a file goes when its message does for good; what is not judged stays.
        (
            await harbour.Admin.PostAsync($"/admin/reports/{filed}/review", new { status = "dismissed" })
        ).Status.ShouldBe(200);
        (await harbour.Admin.PostAsync($"/admin/files/{named}/unquarantine")).ShouldBeEmpty();
        (await harbour.Admin.PostAsync($"/admin/files/{reported}/unquarantine")).ShouldBeEmpty();
        await harbour.Server.ExecuteAsync("update messages set deleted_at = deleted_at - interval '31 days'");
        (await harbour.Server.RunJobAsync<PurgeDeletedMessages>()).Items.ShouldBe(3);
        (await FilesOf(harbour.Bob)).Select(file => file.Id).ShouldBe([hidden, reported], ignoreOrder: true);
        (await harbour.Server.QueryAsync<long>("select count(*) from files where quarantined_at is null")).ShouldBe(0);
        await BytesAreLeftAsync(harbour, 2);

        async Task<(Guid File, Guid Message)> BindAsync(string text)
        {
            var file = await harbour.Bob.StoreAsync(text, text, harbour.Channel);
            var message = await SendAsync(bob, harbour.Channel, Names(file));
            await IsBoundAsync(harbour.Bob, file, message);
            return (file, message);
        }

        async Task<Guid[]> MessagesAsync() =>
            await harbour.Server.QueryAsync<Guid[]>("select array_agg(id) from messages");
    }

    [Fact]
    public async Task Given_a_message_whose_time_has_come_Then_its_file_goes_with_it()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        await using var bob = await harbour.Bob.ConnectAsync();
        var lasting = await harbour.Bob.StoreAsync("lasting", "l", harbour.Channel);
        await IsBoundAsync(harbour.Bob, lasting, await SendAsync(bob, harbour.Channel, Names(lasting)));
        (
            await harbour.Ada.PatchAsync($"/channels/{harbour.Channel}", new { message_ttl_seconds = 300 })
        ).Status.ShouldBe(200);
        var passing = await harbour.Bob.StoreAsync("passing", "p", harbour.Channel);
        await IsBoundAsync(harbour.Bob, passing, await SendAsync(bob, harbour.Channel, Names(passing)));
        harbour.Server.Clock.Advance(TimeSpan.FromSeconds(301));

        (await harbour.Server.RunJobAsync<ExpireMessages>()).Items.ShouldBe(1);

        (await FilesOf(harbour.Bob)).Single().Id.ShouldBe(lasting);
        await BytesAreLeftAsync(harbour, 1);
    }

    [Fact]
    public async Task Given_an_operator_who_purges_a_message_Then_its_file_goes_is_counted_and_may_be_blocked()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        await using var bob = await harbour.Bob.ConnectAsync();
        var file = await harbour.Bob.StoreAsync("rude", "r", harbour.Channel);
        var message = await SendAsync(bob, harbour.Channel, Names(file));
        await IsBoundAsync(harbour.Bob, file, message);

        (await harbour.Admin.PostAsync($"/admin/purge/message/{message}?block_hashes=true")).Body.ShouldBe(
            """{"messages_deleted":1,"files_deleted":1,"hashes_blocked":1}"""
        );

        (await harbour.Bob.StatusAsync($"/files/{file}")).ShouldBe(404);
        harbour.OnDisk("files").ShouldBeEmpty();
        (await harbour.Bob.UploadAsync([.. "rude"u8])).ShouldFail(
            400,
            "this file has been blocked by an administrator"
        );
    }

    [Fact]
    public async Task Given_a_message_that_is_deleted_while_its_file_is_being_bound_Then_the_file_goes()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        await using var bob = await harbour.Bob.ConnectAsync();
        var early = await harbour.Bob.StoreAsync("before", "a", harbour.Channel);
        var late = await harbour.Bob.StoreAsync("after", "b", harbour.Channel);
        await using var held = await HeldTransaction.BeginAsync(
            harbour.Server.Database.DataSource,
            $"select from files where id = '{early}' for update"
        );
        var first = await SendAsync(bob, harbour.Channel, Names(early));
        var second = await SendAsync(bob, harbour.Channel, Names(late));
        // The second is gone before anybody looks for its file: that of the first keeps the line waiting.
        await harbour.Server.ExecuteAsync($"update messages set deleted_at = now() where id = '{second}'");

        await bob.SendAsync(new { type = "delete_message", message_id = first });
        await Eventually.HoldsAsync(
            async () =>
                await harbour.Server.QueryAsync<long>(
                    """
                    select count(*) from pg_stat_activity
                    where datname = current_database() and wait_event_type = 'Lock' and query like 'update messages%'
                    """
                ) == 1,
            "the deletion waits for the binding"
        );
        await held.CommitUnderAsync(bob.DrainAsync);

        await Eventually.HoldsAsync(async () => (await FilesOf(harbour.Bob)).Count == 0, "both files are gone");
        await BytesAreLeftAsync(harbour, 0);
    }

    private static string Names(Guid fileId) => $$"""{"file_id":"{{fileId}}","filename":"tide.txt","size":4}""";

    private static async Task<Guid> SendAsync(
        TestSocket socket,
        Guid channelId,
        string content,
        string type = "file",
        string? clientId = null,
        Guid[]? fileIds = null
    )
    {
        await socket.SendAsync(Message(channelId, content, type, clientId, fileIds));
        return (await socket.NextAsync("message_sent")).GetProperty("id").GetGuid();
    }

    private static JsonObject Message(Guid channelId, string content, string type, string? clientId, Guid[]? fileIds) =>
        new()
        {
            ["type"] = "send_message",
            ["channel_id"] = channelId,
            ["ciphertext"] = new JsonArray([.. Talk.Bytes(content).Select(value => JsonValue.Create((int)value))]),
            ["nonce"] = new JsonArray(7),
            ["message_type"] = type,
            ["client_id"] = clientId,
            ["file_ids"] = fileIds is null ? null : new JsonArray([.. fileIds.Select(id => JsonValue.Create(id))]),
        };

    private static async Task<Guid> ReportAsync(Person reporter, string type, Guid target) =>
        (
            await reporter.PostAsync(
                "/reports",
                new
                {
                    report_type = type,
                    target_id = target,
                    reason = "rude",
                }
            )
        ).Id;

    private static async Task<List<OwnFile>> FilesOf(Person person) =>
        [
            .. (await person.GetAsync("/files"))
                .Json.GetProperty("files")
                .EnumerateArray()
                .Select(file => new OwnFile(
                    file.GetProperty("id").GetGuid(),
                    file.GetProperty("encrypted_name").GetString()!,
                    file.GetProperty("message_id").GetString() is { } message ? Guid.Parse(message) : null
                )),
        ];

    private static Task IsBoundAsync(Person uploader, Guid fileId, Guid messageId) =>
        Eventually.HoldsAsync(
            async () => (await FilesOf(uploader)).Single(file => file.Id == fileId).Message == messageId,
            "the file is bound to its message"
        );

    /// <summary>Bytes go in the background.</summary>
    private static async Task BytesAreLeftAsync(FileHarbour harbour, int count)
    {
        await Eventually.HoldsAsync(
            async () => await harbour.Server.QueryAsync<long>("select count(*) from dropped_contents") == 0,
            "the bytes are deleted"
        );
        harbour.OnDisk("files").Count().ShouldBe(count);
    }

    private sealed record OwnFile(Guid Id, string Name, Guid? Message);
}
