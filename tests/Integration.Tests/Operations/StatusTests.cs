using System.Text.Json;
using Chatalot.Features.Spaces;
using Chatalot.Host.Configuration;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Messages;
using Chatalot.Shared.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Chatalot.Integration.Tests.Operations;

public sealed class StatusTests
{
    [Fact]
    public async Task Given_an_admin_Then_the_status_shows_the_whole_server()
    {
        await using var server = await TestServer.StartAsync();
        var admin = await server.AddPersonAsync("admin", InstanceRole.Owner);
        await using var socket = await admin.ConnectAsync();

        var status = (await admin.GetAsync("/admin/status")).Json;

        status.GetProperty("status").GetString().ShouldBe("ok");
        status.GetProperty("version").GetString().ShouldNotBeNullOrEmpty();
        status.GetProperty("pool").GetProperty("max").GetInt32().ShouldBe(50);
        status.GetProperty("sockets").GetProperty("open").GetInt32().ShouldBe(1);
        status.GetProperty("sockets").GetProperty("users").GetInt32().ShouldBe(1);
        var sizes = status.GetProperty("database").GetProperty("sizes");
        sizes.GetProperty("bytes").GetInt64().ShouldBeGreaterThan(1_000_000);
        sizes.GetProperty("tables").EnumerateArray().Select(Name).ShouldContain("messages");
        status.GetProperty("storage").GetProperty("free_bytes").GetInt64().ShouldBePositive();
        status.GetProperty("process").GetProperty("memory_bytes").GetInt64().ShouldBePositive();
        status.GetProperty("settings").GetProperty("max_messages_cache").GetString().ShouldBe("500");
        status.GetProperty("jobs").EnumerateArray().Select(Name).ShouldContain("PruneAuditLog");
        status.GetProperty("backup").ValueKind.ShouldBe(JsonValueKind.Null);

        static string? Name(JsonElement table) => table.GetProperty("name").GetString();
    }

    [Fact]
    public async Task Given_a_lost_database_Then_who_was_known_as_operator_still_sees_status_and_log_and_nobody_else_anything()
    {
        await using var server = await TestServer.StartAsync();
        var admin = await server.AddPersonAsync("admin", InstanceRole.Admin);
        var rosa = await server.AddPersonAsync("rosa");
        (await admin.GetAsync("/admin/status")).Status.ShouldBe(200);
        (await rosa.GetAsync("/admin/status")).Status.ShouldBe(403);
        await server.Database.DisposeAsync();
        var database = server.Services.GetRequiredService<DatabaseAvailability>();
        database.ReportFailure(new NpgsqlException("gone", new IOException()));
        await Eventually.HoldsAsync(() => database.IsAway, "the loss is noticed");

        // Longer than what is known counts while it can be read again.
        server.Clock.Advance(TimeSpan.FromMinutes(10));

        (await admin.GetAsync("/admin/status")).Json.GetProperty("status").GetString().ShouldBe("degraded");
        (await admin.GetAsync("/admin/logs")).Status.ShouldBe(200);
        (await rosa.GetAsync("/admin/status")).Status.ShouldBe(403);
        (await admin.GetAsync("/admin/users")).Status.ShouldBe(503);
    }

    [Fact]
    public async Task Given_settings_Then_the_status_tells_what_holds_and_from_where_without_a_secret()
    {
        await using var server = await TestServer.StartAsync(
            new() { ["AUDIT_RETENTION_DAYS"] = "30", ["GIPHY_API_KEY"] = "hush-hush" }
        );
        var admin = await server.AddPersonAsync("admin", InstanceRole.Admin);

        var answer = await admin.GetAsync("/admin/status");

        var settings = answer
            .Json.GetProperty("configuration")
            .EnumerateArray()
            .ToDictionary(
                setting => setting.GetProperty("name").GetString()!,
                setting => (setting.GetProperty("value").GetString(), setting.GetProperty("source").GetString())
            );
        settings["AUDIT_RETENTION_DAYS"].ShouldBe(("30", "environment"));
        settings["DB_POOL_MAX"].ShouldBe(("50", "default"));
        settings["S3_BUCKET"].ShouldBe((null, "default"));
        settings["GIPHY_API_KEY"].ShouldBe(("(set, not shown)", "environment"));
        settings["DATABASE_URL"].Item1.ShouldBe("(set, not shown)");
        answer.Body.ShouldNotContain("hush-hush");
        settings.Count.ShouldBe(SettingCatalogue.All.Count);
    }

    [Fact]
    public async Task Given_files_without_rows_and_rows_without_files_Then_the_status_counts_both_and_each_kind()
    {
        await using var server = await TestServer.StartAsync();
        var admin = await server.AddPersonAsync("admin", InstanceRole.Owner);
        await server.ExecuteAsync(
            $$"""
            update mt_doc_user set data = data || '{"avatar_url": "/api/avatars/lost.png?v=1"}' where id = '{{admin.Id}}'
            """
        );
        var waiting = await server.AddPersonAsync("waiting");
        var running = await server.AddPersonAsync("running");
        var lost = await server.AddPersonAsync("lost");
        await server.ExecuteAsync(
            $"""
            insert into personal_exports (user_id, id, state, requested_at, touched_at) values
                ('{waiting.Id}', gen_random_uuid(), 'waiting', now(), now()),
                ('{running.Id}', gen_random_uuid(), 'running', now(), now()),
                ('{lost.Id}', gen_random_uuid(), 'ready', now(), now())
            """
        );
        await WriteAsync("files/ab/stray", hoursOld: 2);
        await WriteAsync("files/ab/under-way", hoursOld: 0);
        await WriteAsync("files/unknown/nobody-speaks-for-it", hoursOld: 2);
        await WriteAsync("file-cache/thumbnails/ab/small.jpg", hoursOld: 2);

        var storage = JsonElement.Parse("{}");
        await Eventually.HoldsAsync(
            async () =>
            {
                storage = (await admin.GetAsync("/admin/status")).Json.GetProperty("storage");
                return storage.GetProperty("drift").ValueKind == JsonValueKind.Object;
            },
            "files and records are compared"
        );

        storage.GetProperty("drift").GetProperty("rows_without_file").GetInt64().ShouldBe(2);
        storage.GetProperty("drift").GetProperty("files_without_row").GetInt64().ShouldBe(1);
        storage
            .GetProperty("files")
            .EnumerateArray()
            .Select(kind => (kind.GetProperty("kind").GetString(), kind.GetProperty("count").GetInt64()))
            .ShouldBe([("thumbnails", 1), ("unknown", 1), ("uploads", 2)]);
        (await admin.GetAsync("/admin/status")).Body.ShouldContain("2 stored files are missing on disk");

        async Task WriteAsync(string name, int hoursOld)
        {
            var path = Path.Combine(server.Folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, "x");
            File.SetLastWriteTimeUtc(path, server.Clock.GetUtcNow().UtcDateTime.AddHours(-hoursOld));
        }
    }

    [Fact]
    public async Task Slow_statements_are_listed_slowest_first_and_the_reset_is_audited()
    {
        await using var server = await TestServer.StartAsync();
        var admin = await server.AddPersonAsync("admin", InstanceRole.Admin);
        await server.QueryAsync<int>("select count(*)::int from pg_sleep(0.2)");

        var answer = (await admin.GetAsync("/admin/slow-queries")).Json;

        if (!answer.GetProperty("available").GetBoolean())
        {
            answer.GetProperty("hint").GetString().ShouldNotBeNull().ShouldContain("pg_stat_statements");
            (await admin.PostAsync("/admin/slow-queries/reset")).Status.ShouldBe(409);
            return;
        }
        var rows = answer.GetProperty("queries").EnumerateArray().ToList();
        // PostgreSQL keeps so many statements of all databases: one that is pushed out while it runs comes back with
        // its value in place of $1.
        rows[0]
            .GetProperty("query")
            .GetString()
            .ShouldNotBeNull()
            .ShouldStartWith("select count(*)::int from pg_sleep(");
        rows[0].GetProperty("avg_ms").GetDouble().ShouldBeGreaterThan(190);
        var reset = await admin.PostAsync("/admin/slow-queries/reset");
        reset.Status.ShouldBeOneOf(200, 409);
        if (reset.Status == 200)
            (
                await server.QueryAsync<long>("select count(*) from audit_log where action = 'slow_queries_reset'")
            ).ShouldBe(1);
    }

    [Fact]
    public async Task Given_a_slow_statement_of_a_request_Then_one_warning_names_route_and_text_without_values()
    {
        await using var observed = await ObservedServer.StartAsync(slowStatement: TimeSpan.FromTicks(1));
        var admin = await observed.Server.AddPersonAsync("admin", InstanceRole.Admin);

        for (var i = 0; i < 50 && !observed.Lines.Any(IsSlow); i++)
            await admin.PutAsync("/admin/log-level", new { directive = "" });

        var line = observed.Lines.First(IsSlow);
        line.ShouldContain(" WARN ");
        line.ShouldContain("request_id=");
        line.ShouldNotContain(admin.Id.ToString() + "'");

        static bool IsSlow(string line) =>
            line.Contains("slow statement: ms=") && line.Contains("route=/api/admin/log-level");
    }

    [Fact]
    public async Task Given_a_message_that_is_written_slowly_Then_a_warning_says_so()
    {
        await using var observed = await ObservedServer.StartAsync(slowStatement: TimeSpan.FromTicks(1));
        var person = await observed.Server.AddPersonAsync("anna");
        var channel = (await person.PostAsync("/channels", new { name = "pier", channel_type = "text" })).Id;
        await using var socket = await person.ConnectAsync();

        for (var i = 0; i < 20 && !observed.Lines.Any(IsSlow); i++)
        {
            await socket.SendAsync(Talk.Message(channel, "slowly"));
            await socket.NextAsync("message_sent");
        }

        observed.Lines.Any(IsSlow).ShouldBeTrue();

        static bool IsSlow(string line) =>
            line.Contains("slow statement: ms=") && line.Contains("insert into messages");
    }

    [Fact]
    public async Task The_operators_page_comes_with_its_own_files_and_without_loosening_the_policy()
    {
        await using var server = await TestServer.StartAsync();
        foreach (
            var path in new[] { "/ops", "/ops/ops.css", "/ops/ops.js", "/ops/api.js", "/ops/logs.js", "/ops/show.js" }
        )
        {
            using var answer = await server.Http.GetAsync(path);

            answer.EnsureSuccessStatusCode();
            var body = await answer.Content.ReadAsStringAsync();
            body.ShouldNotContain("<script>");
            body.Replace("http://www.w3.org/2000/svg", "").ShouldNotMatch("https?://");
        }
    }
}
