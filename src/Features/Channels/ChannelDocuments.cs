using System.Text.Json.Serialization.Metadata;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Json;

namespace Chatalot.Features.Channels;

/// <summary>
/// How channels are stored. The foreign key to the group is declared by script 0220: this feature knows groups only by
/// their rows.
/// </summary>
internal sealed class ChannelDocuments : MartenRegistry
{
    /// <summary>The stored JSON, for queries that read it beside other columns.</summary>
    public static JsonTypeInfo<Channel> Json { get; } =
        (JsonTypeInfo<Channel>)JsonDefaults.CreateOptions(ChannelsJson.Default).GetTypeInfo(typeof(Channel));

    public ChannelDocuments() =>
        For<Channel>()
            .DocumentAlias("channel")
            .Index(channel => channel.GroupId, channel => channel.CreatedAt)
            .Duplicate(channel => channel.Discoverable)
            .UseOptimisticConcurrency(true);
}
