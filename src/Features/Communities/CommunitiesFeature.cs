using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Json;
using Chatalot.Shared.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Communities;

/// <summary>The door of the feature: communities, who is in them, and the invites that let people in.</summary>
public static class CommunitiesFeature
{
    /// <summary>Registers communities. Needs channels (<see cref="Channels.ChannelsFeature.AddChannels"/>).</summary>
    public static IServiceCollection AddCommunities(this IServiceCollection services)
    {
        services.ConfigureMarten(marten =>
        {
            marten.Schema.Include<CommunityDocuments>();
            marten.UseContext(CommunitiesJson.Default);
        });
        services.AddSingleton<CommunityPictures>().AddSingleton<IBlobKeeper, EmojiKeeper>();
        services.Configure<EndpointOptions>(options =>
        {
            options.RouteValueNames["cid"] = "community ID";
            options.RouteValueDoors["cid"] = EnterAsync;
        });
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(CommunitiesJson.Default));
    }

    private static async Task EnterAsync(HttpContext context, CancellationToken ct)
    {
        if (!Uuid.TryParse(context.GetRouteValue("cid") as string, out var communityId))
            return;
        var communities = context.RequestServices.GetRequiredService<CommunityGate>();
        await communities.RequireAsync(communityId, context.User.Id(), CommunityAction.View, ct);
    }
}
