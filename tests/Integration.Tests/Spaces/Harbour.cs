using Chatalot.Features.Spaces;
using Chatalot.Integration.Tests.Infrastructure;
using Npgsql;

namespace Chatalot.Integration.Tests.Spaces;

/// <summary>A community of three: Ada owns it and administers the instance, Bob and Cy joined by invite.</summary>
internal sealed class Harbour(SpacesServer server, Person owner, Person ada, Person bob, Person cy, Guid community)
    : IAsyncDisposable
{
    public SpacesServer Server => server;
    public Person Owner => owner;
    public Person Ada => ada;
    public Person Bob => bob;
    public Person Cy => cy;
    public Guid Community => community;

    public static async Task<Harbour> OpenAsync()
    {
        var server = await SpacesServer.StartAsync();
        var owner = await server.RegisterAsync("owner", InstanceRole.Owner);
        var ada = await server.RegisterAsync("ada", InstanceRole.Admin);
        var bob = await server.RegisterAsync("bob");
        var cy = await server.RegisterAsync("cy");
        var community = (await ada.PostAsync("/communities", new { name = "Harbour Rowing" })).Id;
        await InviteTests.JoinAsync(ada, bob, community);
        await InviteTests.JoinAsync(ada, cy, community);
        return new Harbour(server, owner, ada, bob, cy, community);
    }

    /// <summary>The body of a new group.</summary>
    public object Group(string name, string visibility = "public") =>
        new
        {
            community_id = Community,
            name,
            visibility,
        };

    /// <summary>A group of Ada's with its first channel.</summary>
    public async Task<(Guid Group, Guid Channel)> OpenGroupAsync(string name, string visibility = "public")
    {
        var group = (await Ada.PostAsync("/groups", Group(name, visibility))).Id;
        var channel = (await Ada.GetAsync($"/groups/{group}/channels")).Rows.Single();
        return (group, channel.GetProperty("id").GetGuid());
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await Server.Database.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Channels as their creation leaves them, without their members.</summary>
    public Task FillChannelsAsync(Guid groupId, int count) =>
        ExecuteAsync(
            $"""
            insert into mt_doc_channel (id, data, mt_version, group_id, created_at, discoverable)
            select id, data || jsonb_build_object('id', id, 'name', 'filler'), mt_version, group_id, created_at, true
            from (select gen_random_uuid() as id, data, mt_version, group_id, created_at
                  from mt_doc_channel, generate_series(1, {count}) where group_id = '{groupId}') copies
            """
        );

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
