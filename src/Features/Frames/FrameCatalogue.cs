using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Chatalot.Shared.Json;

namespace Chatalot.Features.Frames;

/// <summary>
/// Every frame of the protocol (contract, realtime.md 4 and 12). Three words name a frame in both directions, with
/// different members. Additions to the contract say so in their summary.
/// </summary>
internal static class FrameCatalogue
{
    /// <summary>The word in <c>type</c> of each record that the server sends.</summary>
    public static FrozenDictionary<Type, string> Server { get; } =
        FrozenDictionary.Create<Type, string>([
            Named<AuthenticatedFrame>(),
            Named<PongFrame>(),
            Named<ErrorFrame>(),
            Named<ServerShutdownFrame>(),
            Named<CaughtUpFrame>(),
            Named<ResumableFrame>(),
            Named<ResumedFrame>(),
            Named<ScheduledMessageDeliveredFrame>(),
            Named<ScheduledMessageFailedFrame>(),
            Named<NewMessageFrame>(),
            Named<MessageSentFrame>(),
            Named<MessageEditedFrame>(),
            Named<MessageDeletedFrame>(),
            Named<MessagePinnedFrame>(),
            Named<MessageUnpinnedFrame>(),
            Named<ReactionAddedFrame>(),
            Named<ReactionRemovedFrame>(),
            Named<PresenceUpdateFrame>(),
            Named<PresenceBulkFrame>(),
            Named<UserTypingFrame>(),
            Named<UserStoppedTypingFrame>(),
            Named<ReadReceiptFrame>(),
            Named<VoiceStateUpdateFrame>(),
            Named<VoiceSfuFrame>(),
            Named<UserJoinedVoiceFrame>(),
            Named<UserLeftVoiceFrame>(),
            Named<KickedFromVoiceFrame>(),
            Named<RelayedRtcOfferFrame>(),
            Named<RelayedRtcAnswerFrame>(),
            Named<RelayedRtcIceCandidateFrame>(),
            Named<MemberKickedFrame>(),
            Named<MemberBannedFrame>(),
            Named<MemberRoleUpdatedFrame>(),
            Named<UserTimedOutFrame>(),
            Named<UserWarnedFrame>(),
            Named<UserProfileUpdatedFrame>(),
            Named<NewDmChannelFrame>(),
            Named<ChannelUpdatedFrame>(),
            Named<GroupUpdatedFrame>(),
            Named<CommunityUpdatedFrame>(),
            Named<ChannelDeletedFrame>(),
            Named<GroupDeletedFrame>(),
            Named<AnnouncementFrame>(),
            Named<SettingsUpdatedFrame>(),
            Named<ReportCreatedFrame>(),
            Named<PollCreatedFrame>(),
            Named<PollVotedFrame>(),
            Named<PollVoteRemovedFrame>(),
            Named<PollClosedFrame>(),
            Named<SenderKeyUpdatedFrame>(),
            Named<SenderKeyRotationRequiredFrame>(),
            Named<KeysLowFrame>(),
            Named<IdentityKeyChangedFrame>(),
            Named<AccountSecurityFrame>(),
            Named<ChannelCreatedFrame>(),
            Named<GroupCreatedFrame>(),
            Named<CommunityDeletedFrame>(),
            Named<MemberJoinedFrame>(),
            Named<MemberLeftFrame>(),
            Named<CommunityMemberUpdatedFrame>(),
            Named<GroupMemberUpdatedFrame>(),
            Named<CommunityEmojisUpdatedFrame>(),
            Named<TimeoutLiftedFrame>(),
        ]);

    /// <summary>How frames are read and written. Depends on <see cref="Server"/>, so it stands below it.</summary>
    public static JsonSerializerOptions Json { get; } =
        JsonDefaults.CreateOptions(FramesJson.Default.WithAddedModifier(PutTypeFirst));

    /// <summary>
    /// What clients send, by the word in <c>type</c>. Depends on <see cref="Json"/>, so it stands below it.
    /// </summary>
    public static FrozenDictionary<string, ClientFrameKind> Client { get; } =
        new ClientFrameKind[]
        {
            new ClientFrameKind<AuthenticateFrame>(),
            new ClientFrameKind<PingFrame>(),
            new ClientFrameKind<SubscribeFrame>(),
            new ClientFrameKind<UnsubscribeFrame>(),
            new ClientFrameKind<SendMessageFrame>(),
            new ClientFrameKind<EditMessageFrame>(),
            new ClientFrameKind<DeleteMessageFrame>(),
            new ClientFrameKind<AddReactionFrame>(),
            new ClientFrameKind<RemoveReactionFrame>(),
            new ClientFrameKind<UpdatePresenceFrame>(),
            new ClientFrameKind<TypingFrame>(),
            new ClientFrameKind<StopTypingFrame>(),
            new ClientFrameKind<MarkReadFrame>(),
            new ClientFrameKind<MarkAllReadFrame>(),
            new ClientFrameKind<JoinVoiceFrame>(),
            new ClientFrameKind<LeaveVoiceFrame>(),
            new ClientFrameKind<KickFromVoiceFrame>(),
            new ClientFrameKind<RtcOfferFrame>(),
            new ClientFrameKind<RtcAnswerFrame>(),
            new ClientFrameKind<RtcIceCandidateFrame>(),
        }.ToFrozenDictionary(kind => kind.Type, StringComparer.Ordinal);

    private static KeyValuePair<Type, string> Named<T>()
        where T : IServerFrame => new(typeof(T), T.Type);

    /// <summary>Gives server frames their discriminator as a constant member in front of all others.</summary>
    private static void PutTypeFirst(JsonTypeInfo typeInfo)
    {
        if (!Server.TryGetValue(typeInfo.Type, out var type))
            return;
        var member = typeInfo.CreateJsonPropertyInfo(typeof(string), "type");
        member.Get = _ => type;
        typeInfo.Properties.Insert(0, member);
    }
}

/// <summary>One type of client frame: its word and its source-generated reader.</summary>
internal abstract class ClientFrameKind(string type, Type frameType)
{
    /// <summary>The word in <c>type</c>.</summary>
    public string Type { get; } = type;

    /// <summary>The record.</summary>
    public Type FrameType { get; } = frameType;

    /// <summary>The frame.</summary>
    /// <exception cref="JsonException">Malformed, or a member is missing or ill-typed.</exception>
    public abstract IClientFrame Read(ReadOnlyMemory<byte> utf8);
}

/// <inheritdoc/>
internal sealed class ClientFrameKind<T>() : ClientFrameKind(T.Type, typeof(T))
    where T : class, IClientFrame
{
    // Made with the first frame of the kind: a server that nobody talks to needs none of them.
    private JsonTypeInfo<T>? typeInfo;

    /// <inheritdoc/>
    public override IClientFrame Read(ReadOnlyMemory<byte> utf8)
    {
        typeInfo ??= (JsonTypeInfo<T>)FrameCatalogue.Json.GetTypeInfo(typeof(T));
        return WholeText.Deserialize(utf8, typeInfo) ?? throw new JsonException();
    }
}
