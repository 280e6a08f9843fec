using System.Text.Json.Serialization;

namespace Chatalot.Features.Communities;

/// <summary>JSON of communities: the document, requests and responses.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Community))]
[JsonSerializable(typeof(CommunityResponse))]
[JsonSerializable(typeof(IReadOnlyList<CommunityResponse>))]
[JsonSerializable(typeof(CommunityInviteResponse))]
[JsonSerializable(typeof(IReadOnlyList<CommunityInviteResponse>))]
[JsonSerializable(typeof(IReadOnlyList<CommunityMemberResponse>))]
[JsonSerializable(typeof(AcceptCommunityInvite.Command), TypeInfoPropertyName = "AcceptCommunityInviteCommand")]
[JsonSerializable(typeof(AcceptCommunityInvite.Response), TypeInfoPropertyName = "AcceptCommunityInviteResponse")]
[JsonSerializable(typeof(CreateCommunity.Command), TypeInfoPropertyName = "CreateCommunityCommand")]
[JsonSerializable(typeof(CreateCommunityInvite.Command), TypeInfoPropertyName = "CreateCommunityInviteCommand")]
[JsonSerializable(typeof(DeleteCommunityInvite.Command), TypeInfoPropertyName = "DeleteCommunityInviteCommand")]
[JsonSerializable(typeof(GetCommunity.Query), TypeInfoPropertyName = "GetCommunityQuery")]
[JsonSerializable(typeof(ListCommunities.Query), TypeInfoPropertyName = "ListCommunitiesQuery")]
[JsonSerializable(typeof(ListCommunityInvites.Query), TypeInfoPropertyName = "ListCommunityInvitesQuery")]
[JsonSerializable(typeof(ListCommunityMembers.Query), TypeInfoPropertyName = "ListCommunityMembersQuery")]
[JsonSerializable(typeof(PreviewCommunityInvite.Query), TypeInfoPropertyName = "PreviewCommunityInviteQuery")]
[JsonSerializable(typeof(PreviewCommunityInvite.Response), TypeInfoPropertyName = "PreviewCommunityInviteResponse")]
[JsonSerializable(typeof(DeleteCommunity.Command), TypeInfoPropertyName = "DeleteCommunityCommand")]
[JsonSerializable(typeof(LeaveCommunity.Command), TypeInfoPropertyName = "LeaveCommunityCommand")]
[JsonSerializable(typeof(SetCommunityRole.Command), TypeInfoPropertyName = "SetCommunityRoleCommand")]
[JsonSerializable(typeof(SetNickname.Command), TypeInfoPropertyName = "SetNicknameCommand")]
[JsonSerializable(typeof(TransferCommunity.Command), TypeInfoPropertyName = "TransferCommunityCommand")]
[JsonSerializable(typeof(UpdateCommunity.Command), TypeInfoPropertyName = "UpdateCommunityCommand")]
internal sealed partial class CommunitiesJson : JsonSerializerContext;
