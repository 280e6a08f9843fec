using System.Security.Cryptography;
using System.Text;
using Chatalot.Integration.Tests.Infrastructure;
using Npgsql;

namespace Chatalot.Integration.Tests.Files;

public sealed class OperatorTests
{
    [Fact]
    public async Task Given_a_file_in_quarantine_Then_only_operators_see_and_delete_it_and_looking_is_written_down()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var id = await harbour.Bob.StoreAsync("evidence", "e", harbour.Channel);

        var both = await Task.WhenAll(
            harbour.Admin.PostAsync($"/admin/files/{id}/quarantine"),
            harbour.Admin.PostAsync($"/admin/files/{id}/quarantine")
        );
        both.Count(answer => answer.Status == 200).ShouldBe(1);
        both.Single(answer => answer.Status != 200).ShouldFail(404, "file not found or already quarantined");

        foreach (var path in new[] { $"/files/{id}", $"/files/{id}/meta", $"/files/{id}/thumb" })
        {
            (await harbour.Bob.StatusAsync(path)).ShouldBe(403);
            (await harbour.Ada.StatusAsync(path)).ShouldBe(403);
        }
        (await harbour.Bob.DeleteAsync($"/files/{id}")).ShouldFail(403, "forbidden");
        (await harbour.Admin.StatusAsync($"/files/{id}")).ShouldBe(200);
        (await ActionsAsync(harbour)).ShouldBe(["admin_quarantine_file", "admin_view_file"]);

        (await harbour.Admin.PostAsync($"/admin/files/{id}/unquarantine")).ShouldBeEmpty();
        (await harbour.Admin.PostAsync($"/admin/files/{id}/unquarantine")).ShouldFail(
            404,
            "file not found or not quarantined"
        );
        (await harbour.Ada.StatusAsync($"/files/{id}")).ShouldBe(200);
    }

    [Fact]
    public async Task Given_a_file_that_two_delete_at_once_Then_one_does_and_it_is_written_down_once()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var id = await harbour.Bob.StoreAsync("twice");

        var answers = await WhileLockedAsync(
            harbour,
            "update files set name = name",
            () => [harbour.Bob.DeleteAsync($"/files/{id}"), harbour.Admin.DeleteAsync($"/admin/files/{id}")]
        );

        answers.Select(answer => answer.Status).Order().ShouldBe([200, 404]);
        (
            await harbour.Server.QueryAsync<long>(
                "select count(*) from audit_log where action in ('file_deleted', 'admin_delete_file')"
            )
        ).ShouldBe(1);
    }

    [Fact]
    public async Task Given_a_file_that_goes_into_quarantine_while_its_uploader_deletes_it_Then_it_stays()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var id = await harbour.Bob.StoreAsync("evidence");

        var answers = await WhileLockedAsync(
            harbour,
            "update files set quarantined_at = now()",
            () => [harbour.Bob.DeleteAsync($"/files/{id}")]
        );

        answers.Single().ShouldFail(403, "forbidden");
        (await harbour.Admin.StatusAsync($"/files/{id}")).ShouldBe(200);
    }

    [Fact]
    public async Task Given_a_reported_file_of_a_channel_Then_operators_may_look_until_the_report_is_settled()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var id = await harbour.Bob.StoreAsync("rude", "r", harbour.Channel);
        (await harbour.Admin.StatusAsync($"/files/{id}")).ShouldBe(403);

        var report = new
        {
            report_type = "file",
            target_id = id,
            reason = "rude",
        };
        var filed = (await harbour.Ada.PostAsync("/reports", report)).Id;
        (await harbour.Admin.StatusAsync($"/files/{id}/meta")).ShouldBe(200);
        (await harbour.Admin.StatusAsync($"/files/{id}")).ShouldBe(200);
        (await harbour.Stranger.StatusAsync($"/files/{id}")).ShouldBe(404);
        (await ActionsAsync(harbour)).Count(action => action == "admin_view_file").ShouldBe(1);

        (await harbour.Admin.PostAsync($"/admin/reports/{filed}/review", new { status = "resolved" })).Status.ShouldBe(
            200
        );
        (await harbour.Admin.StatusAsync($"/files/{id}")).ShouldBe(403);
    }

    [Fact]
    public async Task Given_files_When_an_operator_lists_them_Then_filters_pages_and_totals_are_right()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        await harbour.Ada.StoreAsync("a", "100% tide.txt");
        await harbour.Ada.StoreAsync("longer text", "map_1.txt", harbour.Channel);
        await harbour.Bob.UploadAsync(Images.Png(), "Boat.PNG");

        var all = (await harbour.Admin.GetAsync("/admin/files?per_page=-5&page=0")).Json;
        (all.GetProperty("total").GetInt64(), all.GetProperty("per_page").GetInt32()).ShouldBe((3, 1));
        (await NamesAsync("sort=size")).First().ShouldBe("Boat.PNG");
        (await NamesAsync("search=100%25")).ShouldBe(["100% tide.txt"]);
        (await NamesAsync("search=boat")).ShouldBe(["Boat.PNG"]);
        (await NamesAsync("content_type=image/")).ShouldBe(["Boat.PNG"]);
        (await NamesAsync($"user_id={harbour.Ada.Id}&date_to=nonsense")).ShouldBe(["map_1.txt", "100% tide.txt"]);
        (await NamesAsync("date_to=2001-01-01T00:00:00Z")).ShouldBeEmpty();
        (await harbour.Ada.GetAsync("/admin/files")).ShouldFail(403, "forbidden");

        await harbour.Server.ExecuteAsync(
            $"update files set uploader_id = null where uploader_id = '{harbour.Bob.Id}'"
        );
        var stats = (await harbour.Admin.GetAsync("/admin/storage-stats")).Json;
        stats.GetProperty("total_files").GetInt64().ShouldBe(3);
        stats.GetProperty("per_user")[0].GetProperty("user_id").GetGuid().ShouldBe(Guid.Empty);
        (await NamesAsync("")).Count.ShouldBe(3);

        async Task<List<string>> NamesAsync(string query) =>
            [
                .. (await harbour.Admin.GetAsync($"/admin/files?{query}"))
                    .Json.GetProperty("files")
                    .EnumerateArray()
                    .Select(file => file.GetProperty("encrypted_name").GetString()!),
            ];
    }

    [Fact]
    public async Task Given_a_blocked_hash_When_its_content_is_uploaded_Then_it_is_refused_until_unblocked()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var bytes = Encoding.UTF8.GetBytes("not here");
        var hash = Convert.ToHexString(SHA256.HashData(bytes));
        (await harbour.Admin.PostAsync("/admin/blocked-hashes", new { hash = "abc" })).ShouldFail(
            400,
            "hash must be a 64-character hex SHA256"
        );

        var entry = (await harbour.Admin.PostAsync("/admin/blocked-hashes", new { hash, reason = "spam" })).Json;
        entry.GetProperty("hash").GetString().ShouldBe(hash.ToLowerInvariant());
        (await harbour.Ada.UploadAsync(bytes)).ShouldFail(400, "this file has been blocked by an administrator");
        (await harbour.Admin.GetAsync("/admin/blocked-hashes")).Rows.Count.ShouldBe(1);
        (await harbour.Admin.DeleteAsync($"/admin/blocked-hashes/{entry.GetProperty("id")}")).ShouldBeEmpty();
        (await harbour.Ada.UploadAsync(bytes)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Given_delete_and_block_Then_neither_the_picture_as_sent_nor_as_downloaded_can_come_back()
    {
        await using var harbour = await FileHarbour.OpenAsync();
        var id = (await harbour.Ada.UploadAsync(Images.Jpeg())).Id;
        using var download = await harbour.Ada.RequestAsync(HttpMethod.Get, $"/files/{id}");
        var clean = await download.Content.ReadAsByteArrayAsync();

        (await harbour.Admin.DeleteAsync($"/admin/files/{id}?block_hashes=true")).ShouldBeEmpty();
        (await harbour.Admin.DeleteAsync($"/admin/files/{id}")).ShouldFail(404, "file not found");
        harbour.OnDisk("files").ShouldBeEmpty();
        (await harbour.Ada.UploadAsync(Images.Jpeg())).Status.ShouldBe(400);
        (await harbour.Ada.UploadAsync(clean)).ShouldFail(400, "this file has been blocked by an administrator");
        // Other metadata, the same pixels.
        (await harbour.Ada.UploadAsync([.. clean, .. "!"u8])).Status.ShouldBe(400);
    }

    /// <summary>What is asked while somebody else's change of all files is under way, and waits for its commit.</summary>
    private static async Task<Answer[]> WhileLockedAsync(FileHarbour harbour, string sql, Func<Task<Answer>[]> ask)
    {
        await using var connection = await harbour.Server.Database.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var change = new NpgsqlCommand(sql, connection);
        await change.ExecuteNonQueryAsync();
        var asked = ask();
        await Eventually.HoldsAsync(
            async () =>
                await harbour.Server.QueryAsync<long>(
                    """
                    select count(*) from pg_stat_activity
                    where datname = current_database() and wait_event_type = 'Lock' and query like 'delete from files%'
                    """
                ) == asked.Length,
            "all wait for the change"
        );
        await transaction.CommitAsync();
        return await Task.WhenAll(asked);
    }

    private static async Task<List<string>> ActionsAsync(FileHarbour harbour)
    {
        var actions = await harbour.Server.QueryAsync<string[]>(
            "select array_agg(action order by created_at, id) from audit_log where action like 'admin%'"
        );
        return [.. actions];
    }
}
