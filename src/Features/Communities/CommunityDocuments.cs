using System.Text.Json.Serialization.Metadata;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Json;

namespace Chatalot.Features.Communities;

/// <summary>How communities are stored.</summary>
internal sealed class CommunityDocuments : MartenRegistry
{
    /// <summary>The stored JSON, for queries that read it beside other columns.</summary>
    public static JsonTypeInfo<Community> Json { get; } =
        (JsonTypeInfo<Community>)JsonDefaults.CreateOptions(CommunitiesJson.Default).GetTypeInfo(typeof(Community));

    public CommunityDocuments() =>
        For<Community>()
            .DocumentAlias("community")
            .Duplicate(community => community.Name)
            .UseOptimisticConcurrency(true);
}
