using System.Text.Json.Serialization;
using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;

namespace Chatalot.Features.Groups;

/// <summary>JSON of groups: the document, requests and responses.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Group))]
[JsonSerializable(typeof(GroupResponse))]
[JsonSerializable(typeof(IReadOnlyList<GroupResponse>))]
[JsonSerializable(typeof(ChannelResponse))]
[JsonSerializable(typeof(IReadOnlyList<ChannelResponse>))]
[JsonSerializable(typeof(IReadOnlyList<MemberResponse>))]
[JsonSerializable(typeof(CreateGroup.Command), TypeInfoPropertyName = "CreateGroupCommand")]
[JsonSerializable(typeof(CreateGroupChannel.Command), TypeInfoPropertyName = "CreateGroupChannelCommand")]
[JsonSerializable(typeof(DiscoverGroups.Query), TypeInfoPropertyName = "DiscoverGroupsQuery")]
[JsonSerializable(typeof(GetGroup.Query), TypeInfoPropertyName = "GetGroupQuery")]
[JsonSerializable(typeof(JoinGroup.Command), TypeInfoPropertyName = "JoinGroupCommand")]
[JsonSerializable(typeof(LeaveGroup.Command), TypeInfoPropertyName = "LeaveGroupCommand")]
[JsonSerializable(typeof(ListCommunityGroups.Query), TypeInfoPropertyName = "ListCommunityGroupsQuery")]
[JsonSerializable(typeof(ListGroupChannels.Query), TypeInfoPropertyName = "ListGroupChannelsQuery")]
[JsonSerializable(typeof(ListGroupMembers.Query), TypeInfoPropertyName = "ListGroupMembersQuery")]
[JsonSerializable(typeof(GroupInviteResponse))]
[JsonSerializable(typeof(IReadOnlyList<GroupInviteResponse>))]
[JsonSerializable(typeof(AcceptGroupInvite.Command), TypeInfoPropertyName = "AcceptGroupInviteCommand")]
[JsonSerializable(typeof(AcceptGroupInvite.Response), TypeInfoPropertyName = "AcceptGroupInviteResponse")]
[JsonSerializable(typeof(CreateGroupInvite.Command), TypeInfoPropertyName = "CreateGroupInviteCommand")]
[JsonSerializable(typeof(DeleteGroup.Command), TypeInfoPropertyName = "DeleteGroupCommand")]
[JsonSerializable(typeof(DeleteGroupChannel.Command), TypeInfoPropertyName = "DeleteGroupChannelCommand")]
[JsonSerializable(typeof(DeleteGroupInvite.Command), TypeInfoPropertyName = "DeleteGroupInviteCommand")]
[JsonSerializable(typeof(ListGroupInvites.Query), TypeInfoPropertyName = "ListGroupInvitesQuery")]
[JsonSerializable(typeof(PreviewGroupInvite.Query), TypeInfoPropertyName = "PreviewGroupInviteQuery")]
[JsonSerializable(typeof(PreviewGroupInvite.Response), TypeInfoPropertyName = "PreviewGroupInviteResponse")]
[JsonSerializable(typeof(TransferGroup.Command), TypeInfoPropertyName = "TransferGroupCommand")]
[JsonSerializable(typeof(UpdateGroup.Command), TypeInfoPropertyName = "UpdateGroupCommand")]
[JsonSerializable(typeof(UpdateGroupChannel.Command), TypeInfoPropertyName = "UpdateGroupChannelCommand")]
[JsonSerializable(typeof(GetGroupAsset.Query), TypeInfoPropertyName = "GetGroupAssetQuery")]
[JsonSerializable(typeof(UploadGroupBanner.Command), TypeInfoPropertyName = "UploadGroupBannerCommand")]
[JsonSerializable(typeof(UploadGroupIcon.Command), TypeInfoPropertyName = "UploadGroupIconCommand")]
[JsonSerializable(
    typeof(UploadChannelVoiceBackground.Command),
    TypeInfoPropertyName = "UploadChannelVoiceBackgroundCommand"
)]
internal sealed partial class GroupsJson : JsonSerializerContext;
