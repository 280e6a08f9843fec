using System.Text.Json.Serialization;

namespace Chatalot.Features.Moderation;

/// <summary>JSON of moderation: requests and responses.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(CountedWarning))]
[JsonSerializable(typeof(IReadOnlyList<ChannelBanResponse>))]
[JsonSerializable(typeof(IReadOnlyList<CommunityBanResponse>))]
[JsonSerializable(typeof(IReadOnlyList<TrailEntry>))]
[JsonSerializable(typeof(IReadOnlyList<WarningResponse>))]
[JsonSerializable(typeof(TimeoutResponse))]
[JsonSerializable(typeof(BanFromChannel.Command), TypeInfoPropertyName = "BanFromChannelCommand")]
[JsonSerializable(typeof(BanFromCommunity.Command), TypeInfoPropertyName = "BanFromCommunityCommand")]
[JsonSerializable(typeof(KickFromChannel.Command), TypeInfoPropertyName = "KickFromChannelCommand")]
[JsonSerializable(typeof(KickFromCommunity.Command), TypeInfoPropertyName = "KickFromCommunityCommand")]
[JsonSerializable(typeof(LiftTimeout.Command), TypeInfoPropertyName = "LiftTimeoutCommand")]
[JsonSerializable(typeof(ListChannelBans.Query), TypeInfoPropertyName = "ListChannelBansQuery")]
[JsonSerializable(typeof(ListCommunityBans.Query), TypeInfoPropertyName = "ListCommunityBansQuery")]
[JsonSerializable(typeof(ListWarnings.Query), TypeInfoPropertyName = "ListWarningsQuery")]
[JsonSerializable(typeof(ReadTrail.Query), TypeInfoPropertyName = "ReadTrailQuery")]
[JsonSerializable(typeof(TimeOutMember.Command), TypeInfoPropertyName = "TimeOutMemberCommand")]
[JsonSerializable(typeof(UnbanFromChannel.Command), TypeInfoPropertyName = "UnbanFromChannelCommand")]
[JsonSerializable(typeof(UnbanFromCommunity.Command), TypeInfoPropertyName = "UnbanFromCommunityCommand")]
[JsonSerializable(typeof(WarnAndCount.Command), TypeInfoPropertyName = "WarnAndCountCommand")]
[JsonSerializable(typeof(WarnMember.Command), TypeInfoPropertyName = "WarnMemberCommand")]
internal sealed partial class ModerationJson : JsonSerializerContext;
