using System.Text.Json.Serialization;
using Chatalot.Features.Spaces;

namespace Chatalot.Features.Channels;

/// <summary>JSON of channels: the document, requests and responses.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Channel))]
[JsonSerializable(typeof(ChannelResponse))]
[JsonSerializable(typeof(IReadOnlyList<ChannelResponse>))]
[JsonSerializable(typeof(IReadOnlyList<MemberResponse>))]
[JsonSerializable(typeof(CreateChannel.Command), TypeInfoPropertyName = "CreateChannelCommand")]
[JsonSerializable(typeof(DeleteChannel.Command), TypeInfoPropertyName = "DeleteChannelCommand")]
[JsonSerializable(typeof(GetChannel.Query), TypeInfoPropertyName = "GetChannelQuery")]
[JsonSerializable(typeof(JoinChannel.Command), TypeInfoPropertyName = "JoinChannelCommand")]
[JsonSerializable(typeof(LeaveChannel.Command), TypeInfoPropertyName = "LeaveChannelCommand")]
[JsonSerializable(typeof(ListChannelMembers.Query), TypeInfoPropertyName = "ListChannelMembersQuery")]
[JsonSerializable(typeof(SetChannelRole.Command), TypeInfoPropertyName = "SetChannelRoleCommand")]
[JsonSerializable(typeof(TransferChannel.Command), TypeInfoPropertyName = "TransferChannelCommand")]
[JsonSerializable(typeof(UpdateChannel.Command), TypeInfoPropertyName = "UpdateChannelCommand")]
internal sealed partial class ChannelsJson : JsonSerializerContext;
