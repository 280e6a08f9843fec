using System.Text.Json.Serialization.Metadata;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Json;

namespace Chatalot.Features.Groups;

/// <summary>
/// How groups are stored. Script 0210 adds the foreign key to the community, which this feature knows by its rows.
/// </summary>
internal sealed class GroupDocuments : MartenRegistry
{
    /// <summary>The stored JSON, for queries that read it beside other columns.</summary>
    public static JsonTypeInfo<Group> Json { get; } =
        (JsonTypeInfo<Group>)JsonDefaults.CreateOptions(GroupsJson.Default).GetTypeInfo(typeof(Group));

    public GroupDocuments() =>
        For<Group>()
            .DocumentAlias("group")
            .Index(group => group.CommunityId, group => group.Visibility)
            .Duplicate(group => group.Name)
            .UseOptimisticConcurrency(true);
}
