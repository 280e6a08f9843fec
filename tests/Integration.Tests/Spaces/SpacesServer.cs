using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Chatalot.Integration.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Chatalot.Integration.Tests.Spaces;

/// <summary>The product, with what tests of spaces ask of it.</summary>
internal sealed class SpacesServer(TestServer server) : IAsyncDisposable
{
    public TestServer Product => server;

    public NpgsqlDataSource Database => server.Database.DataSource;

    public ChannelAccess Access => server.Services.GetRequiredService<ChannelAccess>();

    public ChannelMembership Membership => server.Services.GetRequiredService<ChannelMembership>();

    public static async Task<SpacesServer> StartAsync(SpacesOptions? options = null) =>
        new(
            await TestServer.StartAsync(
                new()
                {
                    ["COMMUNITY_CREATION_MODE"] =
                        options?.CommunityCreationMode is CommunityCreationMode.Open ? "open" : "admin_only",
                }
            )
        );

    /// <summary>Another process on the same database.</summary>
    public async Task<SpacesServer> StartSiblingAsync() => new(await server.StartSiblingAsync());

    /// <summary>An account of this name, logged in.</summary>
    public Task<Person> RegisterAsync(string username, InstanceRole role = InstanceRole.None) =>
        server.AddPersonAsync(username, role);

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
