using System.Text.Json;
using Chatalot.Features.Spaces;

namespace Chatalot.Integration.Tests.Spaces;

public sealed class CommunityTests
{
    [Fact]
    public async Task Given_an_instance_admin_When_they_create_a_community_Then_they_own_it_and_find_it()
    {
        await using var server = await SpacesServer.StartAsync();
        var ada = await server.RegisterAsync("ada", InstanceRole.Admin);

        var created = (await ada.PostAsync("/communities", new { name = "  Harbour Rowing ", description = "" })).Json;

        created.GetProperty("name").GetString().ShouldBe("Harbour Rowing");
        created.GetProperty("description").ValueKind.ShouldBe(JsonValueKind.Null);
        created.GetProperty("owner_id").GetGuid().ShouldBe(ada.Id);
        created.GetProperty("member_count").GetInt32().ShouldBe(1);
        created.GetProperty("who_can_create_groups").GetString().ShouldBe("admin");
        created.GetProperty("community_theme").ValueKind.ShouldBe(JsonValueKind.Null);
        created.TryGetProperty("welcome_message", out _).ShouldBeFalse();
        var id = created.GetProperty("id").GetGuid();
        (await ada.GetAsync($"/communities/{id}")).Json.ToString().ShouldBe(created.ToString());
        (await ada.GetAsync("/communities")).Rows.Single().ToString().ShouldBe(created.ToString());
        var self = (await ada.GetAsync($"/communities/{id}/members")).Rows.Single();
        self.GetProperty("role").GetString().ShouldBe("owner");
        self.GetProperty("username").GetString().ShouldBe("ada");
        self.GetProperty("nickname").ValueKind.ShouldBe(JsonValueKind.Null);
        (await ada.GetAsync($"/communities/{id}/groups")).Rows.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(CommunityCreationMode.AdminOnly, 403)]
    [InlineData(CommunityCreationMode.Open, 400)]
    public async Task Given_the_creation_mode_When_anybody_creates_Then_it_decides_before_the_rules(
        CommunityCreationMode mode,
        int status
    )
    {
        await using var server = await SpacesServer.StartAsync(new SpacesOptions { CommunityCreationMode = mode });
        var bob = await server.RegisterAsync("bob");

        (await bob.PostAsync("/communities", new { name = "" })).Status.ShouldBe(status);
    }

    [Fact]
    public async Task Given_a_thousand_communities_of_ones_own_Then_there_are_no_more_save_for_people_of_the_instance()
    {
        await using var server = await SpacesServer.StartAsync(
            new SpacesOptions { CommunityCreationMode = CommunityCreationMode.Open }
        );
        var bob = await server.RegisterAsync("bob");
        var ada = await server.RegisterAsync("ada", InstanceRole.Admin);
        foreach (var owner in new[] { bob, ada })
        {
            (await owner.PostAsync("/communities", new { name = "first" })).Status.ShouldBe(200);
            await server.Product.ExecuteAsync(
                $"""
                with copies as (
                    insert into mt_doc_community (id, data, mt_version, name)
                    select gen_random_uuid(), data, mt_version, name from mt_doc_community, generate_series(1, 999)
                    where data ->> 'owner_id' = '{owner.Id}'
                    returning id
                )
                insert into community_members (community_id, user_id, role, joined_at)
                select id, '{owner.Id}', 3, now() from copies
                """
            );
        }

        (await bob.PostAsync("/communities", new { name = "one more" })).ShouldFail(
            400,
            "maximum of 1000 communities of your own"
        );
        (await ada.PostAsync("/communities", new { name = "one more" })).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Given_outsiders_Then_they_get_403_and_instance_admins_404_for_what_is_not_there()
    {
        await using var server = await SpacesServer.StartAsync();
        var ada = await server.RegisterAsync("ada", InstanceRole.Admin);
        var bob = await server.RegisterAsync("bob");
        var owner = await server.RegisterAsync("owner", InstanceRole.Owner);
        var id = (await ada.PostAsync("/communities", new { name = "Rowers" })).Id;

        (await bob.GetAsync($"/communities/{id}")).ShouldFail(403, "forbidden");
        (await bob.GetAsync($"/communities/{Guid.NewGuid()}")).ShouldFail(403, "forbidden");
        (await owner.GetAsync($"/communities/{id}")).Status.ShouldBe(200);
        (await owner.GetAsync("/communities")).Rows.ShouldBeEmpty();
        (await owner.GetAsync($"/communities/{Guid.NewGuid()}/members")).ShouldFail(404, "community not found");
    }

    [Fact]
    public async Task Given_a_malformed_request_Then_outsiders_hear_403_and_members_what_is_wrong_with_it()
    {
        await using var harbour = await Harbour.OpenAsync();
        var stranger = await harbour.Server.RegisterAsync("stranger");
        var path = $"/communities/{harbour.Community}";

        (await stranger.PutAsync($"{path}/members/{harbour.Bob.Id}/role", new { })).ShouldFail(403, "forbidden");
        (await stranger.PatchAsync(path, new { name = 5 })).ShouldFail(403, "forbidden");
        (await stranger.DeleteAsync($"{path}/bans/nobody")).ShouldFail(403, "forbidden");
        (await stranger.GetAsync($"{path}/members?limit=many")).ShouldFail(403, "forbidden");
        (await stranger.PatchAsync("/communities/none", new { name = 5 })).ShouldFail(400, "invalid community ID");
        (await harbour.Owner.PatchAsync($"/communities/{Guid.NewGuid()}", new { name = 5 })).ShouldFail(
            404,
            "community not found"
        );

        (await harbour.Bob.PutAsync($"{path}/members/{harbour.Cy.Id}/role", new { })).Status.ShouldBe(422);
        (await harbour.Bob.GetAsync($"{path}/members?limit=many")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Given_more_members_than_a_page_When_a_late_one_lists_them_Then_their_own_row_is_there()
    {
        await using var server = await SpacesServer.StartAsync();
        var ada = await server.RegisterAsync("ada", InstanceRole.Admin);
        var id = (await ada.PostAsync("/communities", new { name = "Rowers" })).Id;
        await AddMembersAsync(server, id, 250);
        var bob = await server.RegisterAsync("bob");
        await InviteTests.JoinAsync(ada, bob, id);

        var page = (await bob.GetAsync($"/communities/{id}/members")).Rows;
        var all = new List<string>();
        for (var offset = 0; offset < 300; offset += 100)
            all.AddRange(
                (await bob.GetAsync($"/communities/{id}/members?limit=100&offset={offset}")).Rows.Select(row =>
                    row.GetProperty("user_id").GetString()!
                )
            );

        page.Count.ShouldBe(201);
        page[0].GetProperty("role").GetString().ShouldBe("owner");
        page[^1].GetProperty("user_id").GetGuid().ShouldBe(bob.Id);
        all.Count.ShouldBe(252);
        all.ShouldBeUnique();
        (await bob.GetAsync($"/communities/{id}")).Json.GetProperty("member_count").GetInt32().ShouldBe(252);
    }

    internal static async Task AddMembersAsync(SpacesServer server, Guid communityId, int count)
    {
        await using var command = server.Database.CreateCommand(
            $$"""
            with people as (
                insert into mt_doc_user (id, data, mt_version)
                select gen_random_uuid(), jsonb_build_object('username', 'n' || n, 'display_name', 'N' || n),
                       gen_random_uuid()
                from generate_series(1, {{count}}) n returning id
            )
            insert into community_members (community_id, user_id, joined_at) select '{{communityId}}', id, now() from people
            """
        );
        await command.ExecuteNonQueryAsync();
    }
}
