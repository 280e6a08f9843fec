using Chatalot.Features.Frames;

namespace Chatalot.Features.Tests.Frames;

/// <summary>
/// One complete example of every frame, with all optional members present. Those of authentication, sending and
/// signalling are printed in the contract (realtime.md 2.3, 7.3, 11.4), the others follow its tables (4 and 12).
/// </summary>
internal static class FrameExamples
{
    public static readonly Dictionary<Type, string> Client = new()
    {
        [typeof(AuthenticateFrame)] =
            """{"type":"authenticate","token":"eyJ.x.y","features":["own_dm_echo"],"resume":{"token":"c2Vzc2lvbg","received":41}}""",
        [typeof(PingFrame)] = """{"type":"ping","timestamp":1767225600123}""",
        [typeof(SubscribeFrame)] =
            """{"type":"subscribe","channel_ids":["0190c400-1111-7aaa-8bbb-000000000001","0190c400-1111-7aaa-8bbb-000000000002"],"last_seen":{"0190c400-1111-7aaa-8bbb-000000000001":"0190c400-9abc-7def-8123-0000000000aa"}}""",
        [typeof(UnsubscribeFrame)] =
            """{"type":"unsubscribe","channel_ids":["0190c400-1111-7aaa-8bbb-000000000001"]}""",
        [typeof(SendMessageFrame)] =
            """{"type":"send_message","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","ciphertext":[104,101,106],"nonce":[7,7,7,7,7,7,7,7,7,7,7,7],"message_type":"text","reply_to":"0190c400-9abc-7def-8123-0000000000a0","sender_key_id":"0190c400-9abc-7def-8123-0000000000a1","thread_id":"0190c400-9abc-7def-8123-0000000000a2","client_id":"c-1","file_ids":["0190c400-9abc-7def-8123-0000000000a3"]}""",
        [typeof(EditMessageFrame)] =
            """{"type":"edit_message","message_id":"0190c400-9abc-7def-8123-0000000000aa","ciphertext":[0,255],"nonce":[7]}""",
        [typeof(DeleteMessageFrame)] =
            """{"type":"delete_message","message_id":"0190c400-9abc-7def-8123-0000000000aa"}""",
        [typeof(AddReactionFrame)] =
            """{"type":"add_reaction","message_id":"0190c400-9abc-7def-8123-0000000000aa","emoji":"✅"}""",
        [typeof(RemoveReactionFrame)] =
            """{"type":"remove_reaction","message_id":"0190c400-9abc-7def-8123-0000000000aa","emoji":"✅"}""",
        [typeof(UpdatePresenceFrame)] = """{"type":"update_presence","status":"dnd"}""",
        [typeof(TypingFrame)] = """{"type":"typing","channel_id":"0190c400-1111-7aaa-8bbb-000000000001"}""",
        [typeof(StopTypingFrame)] = """{"type":"stop_typing","channel_id":"0190c400-1111-7aaa-8bbb-000000000001"}""",
        [typeof(MarkReadFrame)] =
            """{"type":"mark_read","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","message_id":"0190c400-9abc-7def-8123-0000000000aa"}""",
        [typeof(MarkAllReadFrame)] = """{"type":"mark_all_read"}""",
        [typeof(JoinVoiceFrame)] = """{"type":"join_voice","channel_id":"0190c400-1111-7aaa-8bbb-000000000001"}""",
        [typeof(LeaveVoiceFrame)] = """{"type":"leave_voice","channel_id":"0190c400-1111-7aaa-8bbb-000000000001"}""",
        [typeof(KickFromVoiceFrame)] =
            """{"type":"kick_from_voice","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","user_id":"0190c3f2-0b77-7d02-8f3e-1c4a90de7702"}""",
        [typeof(RtcOfferFrame)] =
            """{"type":"rtc_offer","target_user_id":"0190c3f2-0b77-7d02-8f3e-1c4a90de7702","session_id":"6f1c2f0e-5b7a-4a39-9d9b-0a4f6b1f2c3d","sdp":"{\"type\":\"offer\",\"sdp\":\"v=0…\"}"}""",
        [typeof(RtcAnswerFrame)] =
            """{"type":"rtc_answer","target_user_id":"0190c3f2-0b77-7d02-8f3e-1c4a90de7702","session_id":"6f1c2f0e-5b7a-4a39-9d9b-0a4f6b1f2c3d","sdp":"{\"type\":\"answer\",\"sdp\":\"v=0…\"}"}""",
        [typeof(RtcIceCandidateFrame)] =
            """{"type":"rtc_ice_candidate","target_user_id":"0190c3f2-0b77-7d02-8f3e-1c4a90de7702","session_id":"6f1c2f0e-5b7a-4a39-9d9b-0a4f6b1f2c3d","candidate":"{\"candidate\":\"candidate:1 1 udp 1 192.0.2.1 9 typ host\"}"}""",
    };

    public static readonly Dictionary<Type, string> Server = new()
    {
        [typeof(AuthenticatedFrame)] =
            """{"type":"authenticated","user_id":"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01","server_version":"unknown"}""",
        [typeof(PongFrame)] = """{"type":"pong","timestamp":1767225600}""",
        [typeof(ErrorFrame)] =
            """{"type":"error","code":"slow_mode","message":"slow mode: wait 7 seconds","request":"send_message","client_id":"c-1"}""",
        [typeof(ResumableFrame)] = """{"type":"resumable","token":"c2Vzc2lvbg","window_seconds":30}""",
        [typeof(ResumedFrame)] = """{"type":"resumed","user_id":"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01"}""",
        [typeof(ScheduledMessageDeliveredFrame)] =
            """{"type":"scheduled_message_delivered","scheduled_id":"0190c400-9abc-7def-8123-0000000000ab","message_id":"0190c400-9abc-7def-8123-0000000000aa","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","created_at":"2026-01-01T00:00:00.123456+00:00"}""",
        [typeof(ScheduledMessageFailedFrame)] =
            """{"type":"scheduled_message_failed","scheduled_id":"0190c400-9abc-7def-8123-0000000000ab","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","reason":"user no longer a member"}""",
        [typeof(CaughtUpFrame)] =
            """{"type":"caught_up","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","message_id":"0190c400-9abc-7def-8123-0000000000aa","has_more":false}""",
        [typeof(ServerShutdownFrame)] = """{"type":"server_shutdown","reconnect_after_ms":2345}""",
        [typeof(NewMessageFrame)] =
            """{"type":"new_message","id":"0190c400-9abc-7def-8123-0000000000aa","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","sender_id":null,"ciphertext":[104,101,106],"nonce":[0],"message_type":"webhook","reply_to":"0190c400-9abc-7def-8123-0000000000a0","sender_key_id":"0190c400-9abc-7def-8123-0000000000a1","created_at":"2026-01-01T10:00:00.123456+00:00","thread_id":"0190c400-9abc-7def-8123-0000000000a2","webhook_name":"Harbour log","webhook_avatar":"/api/files/a.webp"}""",
        [typeof(MessageSentFrame)] =
            """{"type":"message_sent","id":"0190c400-9abc-7def-8123-0000000000aa","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","created_at":"2026-01-01T10:00:00.123456+00:00","thread_id":"0190c400-9abc-7def-8123-0000000000a2","client_id":"c-1"}""",
        [typeof(MessageEditedFrame)] =
            """{"type":"message_edited","message_id":"0190c400-9abc-7def-8123-0000000000aa","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","sender_id":"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01","ciphertext":[0,9,10,99,100,255],"nonce":[],"edited_at":"2026-01-01T10:05:00.000000+00:00"}""",
        [typeof(MessageDeletedFrame)] =
            """{"type":"message_deleted","message_id":"0190c400-9abc-7def-8123-0000000000aa"}""",
        [typeof(MessagePinnedFrame)] =
            """{"type":"message_pinned","message_id":"0190c400-9abc-7def-8123-0000000000aa","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","pinned_by":"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01","pinned_at":"2026-01-01T10:05:00.000001+00:00"}""",
        [typeof(MessageUnpinnedFrame)] =
            """{"type":"message_unpinned","message_id":"0190c400-9abc-7def-8123-0000000000aa","channel_id":"0190c400-1111-7aaa-8bbb-000000000001"}""",
        [typeof(ReactionAddedFrame)] =
            """{"type":"reaction_added","message_id":"0190c400-9abc-7def-8123-0000000000aa","user_id":"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01","emoji":"✅"}""",
        [typeof(ReactionRemovedFrame)] =
            """{"type":"reaction_removed","message_id":"0190c400-9abc-7def-8123-0000000000aa","user_id":"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01","emoji":"✅"}""",
        [typeof(PresenceUpdateFrame)] =
            """{"type":"presence_update","user_id":"0190c3f2-0b77-7d02-8f3e-1c4a90de7702","status":"idle"}""",
        [typeof(PresenceBulkFrame)] =
            """{"type":"presence_bulk","statuses":[["0190c3f2-0b77-7d02-8f3e-1c4a90de7702","online"]]}""",
        [typeof(UserTypingFrame)] =
            """{"type":"user_typing","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","user_id":"0190c3f2-0b77-7d02-8f3e-1c4a90de7702"}""",
        [typeof(UserStoppedTypingFrame)] =
            """{"type":"user_stopped_typing","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","user_id":"0190c3f2-0b77-7d02-8f3e-1c4a90de7702"}""",
        [typeof(ReadReceiptFrame)] =
            """{"type":"read_receipt","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","user_id":"0190c3f2-0b77-7d02-8f3e-1c4a90de7702","message_id":"0190c400-9abc-7def-8123-0000000000aa","timestamp":"2026-01-01T10:05:00.120000+00:00"}""",
        [typeof(VoiceStateUpdateFrame)] =
            """{"type":"voice_state_update","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","participants":["0190c3f2-0b77-7d02-8f3e-1c4a90de7702","0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01"]}""",
        [typeof(VoiceSfuFrame)] =
            """{"type":"voice_sfu","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","url":"wss://chat.example.com/sfu","api_token":"1767262800,janus,janus.plugin.videoroom:c2lnbmF0dXJl","room":"chatalot-0f2d","pin":"1c4a","token":"52d1","feed":"b8f0"}""",
        [typeof(UserJoinedVoiceFrame)] =
            """{"type":"user_joined_voice","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","user_id":"0190c3f2-0b77-7d02-8f3e-1c4a90de7702"}""",
        [typeof(UserLeftVoiceFrame)] =
            """{"type":"user_left_voice","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","user_id":"0190c3f2-0b77-7d02-8f3e-1c4a90de7702"}""",
        [typeof(KickedFromVoiceFrame)] =
            """{"type":"kicked_from_voice","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","user_id":"0190c3f2-0b77-7d02-8f3e-1c4a90de7702","kicked_by":"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01"}""",
        [typeof(RelayedRtcOfferFrame)] =
            """{"type":"rtc_offer","from_user_id":"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01","session_id":"6f1c2f0e-5b7a-4a39-9d9b-0a4f6b1f2c3d","sdp":"{\"type\":\"offer\",\"sdp\":\"v=0…\"}"}""",
        [typeof(RelayedRtcAnswerFrame)] =
            """{"type":"rtc_answer","from_user_id":"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01","session_id":"6f1c2f0e-5b7a-4a39-9d9b-0a4f6b1f2c3d","sdp":"{\"type\":\"answer\",\"sdp\":\"v=0\\r\\n…\"}"}""",
        [typeof(RelayedRtcIceCandidateFrame)] =
            """{"type":"rtc_ice_candidate","from_user_id":"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01","session_id":"6f1c2f0e-5b7a-4a39-9d9b-0a4f6b1f2c3d","candidate":"{\"candidate\":\"candidate:1 1 udp 1 192.0.2.1 9 typ host\"}"}""",
        [typeof(MemberKickedFrame)] =
            """{"type":"member_kicked","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","user_id":"0190c3f2-0b77-7d02-8f3e-1c4a90de7702","kicked_by":"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01"}""",
        [typeof(MemberBannedFrame)] =
            """{"type":"member_banned","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","user_id":"0190c3f2-0b77-7d02-8f3e-1c4a90de7702","banned_by":"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01"}""",
        [typeof(MemberRoleUpdatedFrame)] =
            """{"type":"member_role_updated","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","user_id":"0190c3f2-0b77-7d02-8f3e-1c4a90de7702","role":"moderator"}""",
        [typeof(UserTimedOutFrame)] =
            """{"type":"user_timed_out","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","user_id":"0190c3f2-0b77-7d02-8f3e-1c4a90de7702","expires_at":"2026-01-01T11:00:00.000000+00:00","reason":null}""",
        [typeof(UserWarnedFrame)] =
            """{"type":"user_warned","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","user_id":"0190c3f2-0b77-7d02-8f3e-1c4a90de7702","reason":"be kind","warning_count":2}""",
        [typeof(UserProfileUpdatedFrame)] =
            """{"type":"user_profile_updated","user_id":"0190c3f2-0b77-7d02-8f3e-1c4a90de7702","display_name":"Åsa","avatar_url":"/a","banner_url":null,"voice_background_url":null,"custom_status":"rowing","bio":"hej","pronouns":null}""",
        [typeof(NewDmChannelFrame)] =
            """{"type":"new_dm_channel","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","channel_name":null,"created_at":"2026-01-01T10:00:00.000000+00:00","other_user_id":"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01","other_user_username":"asa","other_user_display_name":null,"other_user_avatar_url":null}""",
        [typeof(ChannelUpdatedFrame)] =
            """{"type":"channel_updated","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","name":"general","topic":null,"read_only":true,"slow_mode_seconds":30,"archived":false,"voice_background":null}""",
        [typeof(GroupUpdatedFrame)] =
            """{"type":"group_updated","group_id":"0190c500-1111-7aaa-8bbb-000000000001","name":"Crew","description":null,"icon_url":null,"banner_url":null,"accent_color":"#336699","visibility":"private"}""",
        [typeof(CommunityUpdatedFrame)] =
            """{"type":"community_updated","community_id":"0196a0c4-1d2e-7a31-9f00-5b6c7d8e9f01","name":"Harbour Rowing","description":null,"icon_url":null,"banner_url":null,"community_theme":{"accent":"#336699","customCss":"a > b { color: red }"},"welcome_message":null}""",
        [typeof(ChannelDeletedFrame)] =
            """{"type":"channel_deleted","channel_id":"0190c400-1111-7aaa-8bbb-000000000001"}""",
        [typeof(GroupDeletedFrame)] = """{"type":"group_deleted","group_id":"0190c500-1111-7aaa-8bbb-000000000001"}""",
        [typeof(AnnouncementFrame)] =
            """{"type":"announcement","id":"0190c600-1111-7aaa-8bbb-000000000001","title":"Regatta","body":"Saturday at ten","created_by":"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01","created_at":"2026-01-01T10:00:00.000000+00:00"}""",
        [typeof(ReportCreatedFrame)] =
            """{"type":"report_created","report_id":"0190c800-1111-7aaa-8bbb-000000000001","report_type":"message","target_id":"0190c400-9abc-7def-8123-0000000000aa","created_at":"2026-01-01T10:00:00.000000+00:00"}""",
        [typeof(SettingsUpdatedFrame)] =
            """{"type":"settings_updated","max_messages_cache":750,"max_pins_per_channel":20,"e2e_enabled":false}""",
        [typeof(PollCreatedFrame)] =
            """{"type":"poll_created","poll_id":"0190c700-1111-7aaa-8bbb-000000000001","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","created_by":"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01","question":"When?"}""",
        [typeof(PollVotedFrame)] =
            """{"type":"poll_voted","poll_id":"0190c700-1111-7aaa-8bbb-000000000001","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","option_index":1,"voter_id":"0190c3f2-0b77-7d02-8f3e-1c4a90de7702"}""",
        [typeof(PollVoteRemovedFrame)] =
            """{"type":"poll_vote_removed","poll_id":"0190c700-1111-7aaa-8bbb-000000000001","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","option_index":0,"voter_id":null}""",
        [typeof(PollClosedFrame)] =
            """{"type":"poll_closed","poll_id":"0190c700-1111-7aaa-8bbb-000000000001","channel_id":"0190c400-1111-7aaa-8bbb-000000000001"}""",
        [typeof(SenderKeyUpdatedFrame)] =
            """{"type":"sender_key_updated","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","user_id":"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01","chain_id":4294967295,"distribution":{"chain_id":4294967295,"iteration":0,"chain_key":[1,2],"sender_id":[48]}}""",
        [typeof(SenderKeyRotationRequiredFrame)] =
            """{"type":"sender_key_rotation_required","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","reason":"member_left"}""",
        [typeof(ChannelCreatedFrame)] =
            """{"type":"channel_created","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","group_id":"0190c500-1111-7aaa-8bbb-000000000001","name":"tides","channel_type":"gallery"}""",
        [typeof(GroupCreatedFrame)] =
            """{"type":"group_created","group_id":"0190c500-1111-7aaa-8bbb-000000000001","community_id":"0196a0c4-1d2e-7a31-9f00-5b6c7d8e9f01","name":"Crew","visibility":"public"}""",
        [typeof(CommunityDeletedFrame)] =
            """{"type":"community_deleted","community_id":"0196a0c4-1d2e-7a31-9f00-5b6c7d8e9f01"}""",
        [typeof(MemberJoinedFrame)] =
            """{"type":"member_joined","community_id":null,"group_id":"0190c500-1111-7aaa-8bbb-000000000001","channel_id":null,"user_id":"0190c3f2-0b77-7d02-8f3e-1c4a90de7702"}""",
        [typeof(MemberLeftFrame)] =
            """{"type":"member_left","community_id":"0196a0c4-1d2e-7a31-9f00-5b6c7d8e9f01","group_id":null,"channel_id":null,"user_id":"0190c3f2-0b77-7d02-8f3e-1c4a90de7702"}""",
        [typeof(CommunityMemberUpdatedFrame)] =
            """{"type":"community_member_updated","community_id":"0196a0c4-1d2e-7a31-9f00-5b6c7d8e9f01","user_id":"0190c3f2-0b77-7d02-8f3e-1c4a90de7702","role":"moderator","nickname":"Cox"}""",
        [typeof(GroupMemberUpdatedFrame)] =
            """{"type":"group_member_updated","group_id":"0190c500-1111-7aaa-8bbb-000000000001","user_id":"0190c3f2-0b77-7d02-8f3e-1c4a90de7702","role":"owner"}""",
        [typeof(CommunityEmojisUpdatedFrame)] =
            """{"type":"community_emojis_updated","community_id":"0196a0c4-1d2e-7a31-9f00-5b6c7d8e9f01"}""",
        [typeof(TimeoutLiftedFrame)] =
            """{"type":"timeout_lifted","channel_id":"0190c400-1111-7aaa-8bbb-000000000001","user_id":"0190c3f2-0b77-7d02-8f3e-1c4a90de7702"}""",
        [typeof(KeysLowFrame)] = """{"type":"keys_low","remaining":24}""",
        [typeof(AccountSecurityFrame)] =
            """{"type":"account_security","event":"recovery_code_replaced","ip_address":"192.0.2.7","timestamp":"2026-01-01T00:00:00.123456+00:00"}""",
        [typeof(IdentityKeyChangedFrame)] =
            """{"type":"identity_key_changed","user_id":"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01","fingerprint":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}""",
    };
}
