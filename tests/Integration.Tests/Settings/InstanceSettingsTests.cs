using Chatalot.Features.Spaces;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Settings;

public sealed class InstanceSettingsTests
{
    [Fact]
    public async Task When_an_operator_changes_settings_Then_clients_of_every_process_are_told_the_new_ones()
    {
        await using var server = await TestServer.StartAsync();
        await using var sibling = await server.StartSiblingAsync();
        var ada = await server.AddPersonAsync("ada", InstanceRole.Admin);
        var anywhere = ada.At(sibling);
        await using var socket = await (await server.AddPersonAsync("bob")).At(sibling).ConnectAsync();
        (await anywhere.GetAsync("/auth/config")).Json.GetProperty("max_messages_cache").GetInt32().ShouldBe(500);

        var after = await ada.PutAsync(
            "/admin/settings",
            new
            {
                max_messages_cache = 750,
                max_pins_per_channel = "20",
                e2e_enabled = false,
            }
        );

        after.Body.ShouldBe("""{"e2e_enabled":"false","max_messages_cache":"750","max_pins_per_channel":"20"}""");
        var told = await socket.NextAsync("settings_updated");
        told.GetProperty("max_messages_cache").GetInt32().ShouldBe(750);
        told.GetProperty("max_pins_per_channel").GetInt32().ShouldBe(20);
        told.GetProperty("e2e_enabled").GetBoolean().ShouldBeFalse();
        (await ada.GetAsync("/admin/settings")).Body.ShouldBe(after.Body);
        var config = (await ada.GetAsync("/auth/config")).Json;
        config.GetProperty("max_messages_cache").GetInt32().ShouldBe(750);
        config.GetProperty("e2e_enabled").GetBoolean().ShouldBeFalse();
        await Eventually.HoldsAsync(
            async () =>
                (await anywhere.GetAsync("/auth/config")).Json.GetProperty("max_pins_per_channel").GetInt32() == 20,
            "the other process tells the new values"
        );
        (
            await server.QueryAsync<string>(
                "select metadata::text from audit_log where action = 'admin_update_settings'"
            )
        ).ShouldContain("\"max_messages_cache\": \"750\"");
    }

    [Fact]
    public async Task Given_one_wrong_value_among_several_Then_none_is_changed()
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.AddPersonAsync("ada", InstanceRole.Admin);

        (await ada.PutAsync("/admin/settings", new { max_messages_cache = 60, motd = "hi" })).ShouldFail(
            400,
            "unknown setting: motd"
        );
        (
            await ada.PutAsync("/admin/settings", new { max_messages_cache = 60, e2e_enabled = (string?)null })
        ).ShouldFail(400, "e2e_enabled must be 'true' or 'false'");
        (await ada.PutAsync("/admin/settings", new[] { 1 })).Status.ShouldBe(422);
        (await ada.GetAsync("/admin/settings")).Json.GetProperty("max_messages_cache").GetString().ShouldBe("500");
    }

    [Fact]
    public async Task Given_no_role_Then_the_answer_is_403_before_the_body_is_read()
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.AddPersonAsync("ada", InstanceRole.Admin);
        var bob = await server.AddPersonAsync("bob");

        (await bob.GetAsync("/admin/settings")).ShouldFail(403, "forbidden");
        (await bob.PutAsync("/admin/settings", new[] { 1 })).ShouldFail(403, "forbidden");
        (await server.Http.GetAsync("/api/admin/settings")).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
        (await ada.GetAsync("/admin/settings")).Status.ShouldBe(200);
    }
}
