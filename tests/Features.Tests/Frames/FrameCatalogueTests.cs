using Chatalot.Features.Frames;

namespace Chatalot.Features.Tests.Frames;

public sealed class FrameCatalogueTests
{
    private static readonly string[] ClientTypes =
    [
        .. """
            authenticate send_message edit_message delete_message update_presence typing stop_typing subscribe unsubscribe
            rtc_offer rtc_answer rtc_ice_candidate join_voice leave_voice kick_from_voice add_reaction remove_reaction
            mark_read mark_all_read ping
            """.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
    ];

    private static readonly string[] ServerTypes =
    [
        .. """
            authenticated new_message message_sent message_edited message_deleted presence_update presence_bulk user_typing
            user_stopped_typing rtc_offer rtc_answer rtc_ice_candidate voice_state_update user_joined_voice user_left_voice
            kicked_from_voice reaction_added reaction_removed read_receipt member_kicked member_banned member_role_updated
            message_pinned message_unpinned new_dm_channel sender_key_updated sender_key_rotation_required poll_created
            poll_voted poll_vote_removed poll_closed user_timed_out user_warned user_profile_updated channel_updated
            group_updated community_updated channel_deleted group_deleted announcement error pong keys_low
            """.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
    ];

    /// <summary>What this server says beyond the contract; clients that do not know it pass over it.</summary>
    private static readonly string[] Additions =
    [
        "account_security",
        "caught_up",
        "channel_created",
        "community_deleted",
        "community_emojis_updated",
        "community_member_updated",
        "group_created",
        "group_member_updated",
        "identity_key_changed",
        "member_joined",
        "member_left",
        "report_created",
        "resumable",
        "resumed",
        "scheduled_message_delivered",
        "scheduled_message_failed",
        "server_shutdown",
        "settings_updated",
        "timeout_lifted",
        "voice_sfu",
    ];

    [Fact]
    public void The_catalogue_has_the_20_client_messages_of_the_contract()
    {
        ClientTypes.Length.ShouldBe(20);
        FrameCatalogue.Client.Keys.ShouldBe(ClientTypes, ignoreOrder: true);
    }

    [Fact]
    public void The_catalogue_has_the_43_server_messages_of_the_contract_and_the_additions()
    {
        ServerTypes.Length.ShouldBe(43);
        FrameCatalogue.Server.Values.ShouldBe([.. ServerTypes, .. Additions], ignoreOrder: true);
    }

    [Fact]
    public void Every_frame_record_is_in_the_catalogue_and_has_an_example()
    {
        var records = typeof(IClientFrame).Assembly.GetTypes().Where(type => !type.IsInterface).ToArray();
        var client = records.Where(typeof(IClientFrame).IsAssignableFrom).ToArray();
        var server = records.Where(typeof(IServerFrame).IsAssignableFrom).ToArray();

        FrameCatalogue.Client.Values.Select(kind => kind.FrameType).ShouldBe(client, ignoreOrder: true);
        FrameCatalogue.Server.Keys.ShouldBe(server, ignoreOrder: true);
        FrameExamples.Client.Keys.ShouldBe(client, ignoreOrder: true);
        FrameExamples.Server.Keys.ShouldBe(server, ignoreOrder: true);
    }

    [Fact]
    public void Every_frame_is_a_sealed_record_of_the_frames_namespace() =>
        FrameExamples
            .Client.Keys.Concat(FrameExamples.Server.Keys)
            .ShouldAllBe(type => type.IsSealed && type.Namespace == "Chatalot.Features.Frames");
}
