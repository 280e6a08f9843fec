using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Chatalot.Features.Gateway;
using Chatalot.Features.Spaces;
using Chatalot.Host.Configuration;
using Chatalot.Integration.Tests.Auth;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Realtime;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Guide;

/// <summary>Rows about verbosity and about what is logged (contract, operations.md 1.4, 1.5 and 7).</summary>
public sealed class LogRows
{
    [Fact]
    public async Task G29_The_variable_is_RUST_LOG()
    {
        var bound = SettingsBinder.Bind(
            new Dictionary<string, string> { ["RUST_LOG"] = "chatalot_server::ws=debug" },
            new Dictionary<string, string>()
        );

        await using var observed = await ObservedServer.StartAsync(bound.Log.Verbosity.ToString());
        var person = await observed.Server.AddPersonAsync("ada");
        await using (await person.ConnectAsync())
            await observed.LineAsync(" DEBUG Chatalot.Gateway: ");
    }

    [Fact]
    public async Task G46_Requests_are_at_debug_only_one_line_at_their_start_and_one_at_their_end()
    {
        await using (var quiet = await ObservedServer.StartAsync())
        {
            var person = await quiet.Server.AddPersonAsync("ada");
            await quiet.Server.Http.GetAsync("/api/health");
            (await quiet.Server.Http.GetAsync("/api/account/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            (await person.GetAsync("/admin/status")).Status.ShouldBe(403);
            await using var socket = await person.ConnectAsync();
            await quiet.LineAsync("WebSocket connected");
            quiet.Lines.ShouldAllBe(line => !line.Contains("processing request") && !line.Contains("Bearer"));
        }
        await using var verbose = await ObservedServer.StartAsync("chatalot_server=info,tower_http=debug");
        verbose.Clear();

        await verbose.Server.Http.GetAsync("/api/health");

        await verbose.LineAsync("finished processing request");
        var lines = verbose.Lines.Where(line => line.Contains("processing request")).ToList();
        lines.Count.ShouldBe(2);
        lines[0].ShouldContain("DEBUG Chatalot.Http.Requests: started processing request method=GET");
        lines[1].ShouldMatch("finished processing request method=GET route=/api/health status=200 ms=[0-9]+");
    }

    [Fact]
    public async Task G31_Given_sockets_at_debug_Then_each_step_of_a_socket_shows_and_logins_do_not()
    {
        await using var observed = await ObservedServer.StartAsync(
            "chatalot_server::ws=debug,chatalot_server=info,tower_http=info"
        );
        var person = await observed.Server.AddPersonAsync("ada");
        observed.Clear();

        await using (var socket = await person.ConnectAsync())
        {
            await socket.SubscribeAsync(Guid.NewGuid());
            await socket.SendAsync(
                new
                {
                    type = "send_message",
                    channel_id = Guid.NewGuid(),
                    ciphertext = new[] { 1 },
                    nonce = new[] { 1 },
                    message_type = "text",
                }
            );
            await socket.DrainAsync();
        }

        string[] steps = ["accepted", "authenticated", "frame subscribe", "frame send_message", "closed"];
        foreach (var step in steps)
            await observed.LineAsync($" DEBUG Chatalot.Gateway: WebSocket {step}");
        await observed.LineAsync(" INFO Chatalot.Gateway: WebSocket connected");
        await observed.LineAsync(" INFO Chatalot.Gateway: WebSocket disconnected");
        observed.Lines.ShouldAllBe(line => !line.Contains(" DEBUG Chatalot.Auth"));
    }

    [Fact]
    public async Task G33_Given_sqlx_at_debug_Then_statements_show_without_values()
    {
        await using var observed = await ObservedServer.StartAsync("sqlx=debug,chatalot_server=info");
        var admin = await observed.Server.AddPersonAsync("ada", InstanceRole.Admin);
        observed.Clear();

        await admin.PutAsync("/admin/log-level", new { directive = "chatalot_server=info", minutes = 5 });

        var line = await observed.LineAsync("insert into audit_log");
        line.ShouldContain(" DEBUG Npgsql: ");
        observed.Lines.ShouldAllBe(text => !text.Contains("log_level_changed"));
    }

    [Fact]
    public async Task G34_Given_debug_Then_every_category_shows()
    {
        await using var observed = await ObservedServer.StartAsync("debug");

        await observed.Server.Http.GetAsync("/api/health");

        await observed.LineAsync(" DEBUG Chatalot.Http.Requests: ");
        await observed.LineAsync(" DEBUG Npgsql: ");
    }

    [Fact]
    public async Task G37_Given_the_first_account_Then_its_promotion_is_logged_and_the_second_has_none()
    {
        await using var observed = await ObservedServer.StartAsync();

        (await observed.Server.Http.RegisterAsync("founder")).Status.ShouldBe(HttpStatusCode.OK);
        (await observed.Server.Http.RegisterAsync("second")).Status.ShouldBe(HttpStatusCode.OK);

        (await observed.LineAsync("Granted admin")).ShouldContain("'founder'");
        observed.Lines.Count(line => line.Contains("Granted admin")).ShouldBe(1);
    }

    [Fact]
    public async Task G47_Given_a_channel_that_nobody_listens_to_any_more_Then_its_clean_up_shows_at_debug()
    {
        await using var observed = await ObservedServer.StartAsync("debug");
        var room = Guid.NewGuid();
        var person = await observed.Server.AddPersonAsync("ada");
        var rooms = observed.Server.Services.GetRequiredService<Rooms>();
        await using (await person.ConnectAsync())
        {
            var connection = observed.Server.Services.GetRequiredService<Connections>().Of(person.Id).Single();
            rooms.Enter(room, connection);
            rooms.Leave(room, connection);
        }

        await observed.Server.Services.GetRequiredService<RemoveIdleRooms>().Invoke();

        await observed.LineAsync(" DEBUG Chatalot.Gateway: Cleaned up 1 idle broadcast channels");
    }

    [Fact]
    public async Task Given_connections_that_the_database_ends_Then_one_line_says_so_and_the_driver_adds_none()
    {
        await using var observed = await ObservedServer.StartAsync(set: new() { ["DB_POOL_MIN"] = "3" });
        var server = observed.Server;
        var ada = await server.AddPersonAsync("ada");
        const string InThis = "datname = current_database() and application_name like 'chatalot-server%'";
        await Eventually.HoldsAsync(
            async () => await server.QueryAsync<long>($"select count(*) from pg_stat_activity where {InThis}") > 3,
            "the pool and what stands beside it are connected"
        );
        observed.Clear();

        await server.QueryAsync<long>($"select count(pg_terminate_backend(pid)) from pg_stat_activity where {InThis}");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ada.GetAsync("/communities")));

        await observed.LineAsync(" WARN Chatalot.Postgres: Database connection broken, the database answers: ");
        await Eventually.HoldsAsync(
            async () => (await ada.GetAsync("/communities")).Status == 200,
            "requests are answered again"
        );
        observed.Lines.ShouldAllBe(line => !line.Contains(" ERROR ") && !line.Contains("Npgsql: "));
    }

    [Fact]
    public async Task Given_everything_at_trace_Then_no_secret_of_any_kind_is_in_a_line()
    {
        await using var observed = await ObservedServer.StartAsync("trace", isJson: true);
        var http = observed.Server.Http;
        var registered = await http.RegisterAsync("founder");
        var login = await http.LoginAsync("founder");
        await http.LoginAsync("founder", password: "Wrong-Password-77");
        await http.RefreshAsync(login.RefreshToken);
        await http.GetAsync("/api/account/me?token=query-secret", login.AccessToken);
        await http.PostAsJsonAsync("/api/webhooks/execute/webhook-secret", new { content = "hush content" });
        await http.GetAsync("/api/invites/invite-secret");

        var log = string.Join('\n', observed.Lines);

        log.ShouldContain("finished processing request");
        string[] secrets =
        [
            Calls.Password,
            "Wrong-Password-77",
            login.AccessToken,
            login.RefreshToken,
            registered.AccessToken,
            registered.Json!["recovery_code"]!.GetValue<string>(),
            "query-secret",
            "webhook-secret",
            "hush content",
            "invite-secret",
            "$argon2id$",
        ];
        foreach (var secret in secrets)
            log.ShouldNotContain(secret);
    }

    [Fact]
    public async Task Given_JSON_Then_each_line_is_an_event_that_CLEF_readers_and_jq_understand()
    {
        await using var observed = await ObservedServer.StartAsync("debug", isJson: true);
        var person = await observed.Server.AddPersonAsync("ada");

        await person.GetAsync("/account/me");

        await observed.LineAsync("RequestFinished");
        foreach (var line in observed.Lines)
        {
            var entry = JsonElement.Parse(line);
            entry.GetProperty("@t").GetString().ShouldNotBeNull().ShouldEndWith("Z");
            entry.GetProperty("@m").GetString().ShouldBe(entry.GetProperty("msg").GetString());
            entry.GetProperty("level").GetString().ShouldBeOneOf("DEBUG", "INFO", "WARN", "ERROR");
        }
        var finished = JsonElement.Parse(await observed.LineAsync("RequestFinished"));
        finished.GetProperty("@tr").GetString().ShouldBe(finished.GetProperty("request_id").GetString());
        finished.GetProperty("@l").GetString().ShouldBe("Debug");
        finished.GetProperty("user_id").GetString().ShouldBe(person.Id.ToString());
        finished.GetProperty("status").GetInt32().ShouldBe(200);
    }
}
