namespace Chatalot.Features.Exports;

/// <summary>One JSON file of the archive.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sql">Gives its rows, in order; <c>$1</c> is the user.</param>
internal sealed record ExportEntry(string Name, string Sql);

/// <summary>
/// Everything that is held about a person, feature by feature. Hashes of passwords, tokens and codes stay out: they
/// would only help a thief. A new table about people gets its line here.
/// </summary>
internal static class ExportContents
{
    /// <summary>The JSON files, in the order in which they are written.</summary>
    public static IReadOnlyList<ExportEntry> All { get; } =
    [
        new(
            "account",
            """
            select data - array['password_hash', 'recovery_code_hash', 'token_version', 'username_key', 'email_key']
                as account
            from mt_doc_user where id = $1
            """
        ),
        new("preferences", "select preferences, updated_at from user_preferences where user_id = $1"),
        new(
            "sessions",
            """
            select id, device_name, ip_address, created_at, last_used_at, expires_at, revoked_at
            from sessions where user_id = $1 order by created_at
            """
        ),
        new(
            "linked_accounts",
            "select issuer, subject, email, linked_at from external_identities where user_id = $1 order by linked_at"
        ),
        new(
            "security_log",
            """
            select action, ip_address, user_agent, metadata, created_at from audit_log
            where user_id = $1 order by created_at
            """
        ),
        new(
            "keys",
            """
            select encode(identity_key, 'base64') as identity_key, fingerprint, created_at, rotated_at
            from identity_keys where user_id = $1
            """
        ),
        new(
            "communities",
            """
            select space.id, space.data ->> 'name' as name, member.role, member.nickname, member.joined_at
            from community_members member join mt_doc_community space on space.id = member.community_id
            where member.user_id = $1 order by member.joined_at
            """
        ),
        new(
            "groups",
            """
            select space.id, space.data ->> 'name' as name, member.role, member.joined_at
            from group_members member join mt_doc_group space on space.id = member.group_id
            where member.user_id = $1 order by member.joined_at
            """
        ),
        new(
            "channels",
            """
            select channel.id, channel.data ->> 'name' as name, channel.data ->> 'type' as type, member.role,
                   member.joined_at
            from channel_members member join mt_doc_channel channel on channel.id = member.channel_id
            where member.user_id = $1 order by member.joined_at
            """
        ),
        new("blocks", "select blocked_id, created_at from user_blocks where blocker_id = $1 order by created_at"),
        new(
            "messages",
            """
            select id, channel_id, created_at, edited_at, deleted_at, message_type, reply_to_id, thread_id,
                   encode(ciphertext, 'base64') as content_base64, encode(nonce, 'base64') as nonce_base64
            from messages where sender_id = $1 order by id
            """
        ),
        new(
            "files",
            """
            select id, channel_id, name, size_bytes, content_type, checksum, created_at
            from files where uploader_id = $1 order by created_at, id
            """
        ),
        new(
            "reactions",
            "select message_id, emoji, created_at from message_reactions where user_id = $1 order by created_at"
        ),
        new("bookmarks", "select message_id, note, created_at from bookmarks where user_id = $1 order by created_at"),
        new(
            "polls",
            """
            select id, channel_id, question, options, multi_select, anonymous, closed, expires_at, created_at
            from polls where created_by = $1 order by id
            """
        ),
        new(
            "poll_votes",
            "select poll_id, option_index, created_at from poll_votes where user_id = $1 order by created_at"
        ),
        new(
            "scheduled_messages",
            """
            select id, channel_id, encode(ciphertext, 'base64') as content_base64, scheduled_for, created_at
            from scheduled_messages where user_id = $1 order by scheduled_for
            """
        ),
        new(
            "reports",
            """
            select id, report_type, target_id, reason, content, status, created_at
            from reports where reporter_id = $1 order by created_at
            """
        ),
        new(
            "warnings",
            "select channel_id, reason, created_at from channel_warnings where user_id = $1 order by created_at"
        ),
        new(
            "timeouts",
            """
            select channel_id, reason, expires_at, created_at from channel_timeouts
            where user_id = $1 order by created_at
            """
        ),
        new(
            "bans",
            """
            select community_id, null::uuid as channel_id, reason, created_at from community_bans where user_id = $1
            union all
            select null, channel_id, reason, banned_at from channel_bans where user_id = $1
            """
        ),
        new("presence", "select status, chosen_at from presence_choices where user_id = $1"),
        new(
            "read_markers",
            "select channel_id, message_id, read_at from read_cursors where user_id = $1 order by read_at"
        ),
        new(
            "calls",
            """
            select session.channel_id, participant.joined_at, participant.left_at
            from voice_participants participant join voice_sessions session on session.id = participant.session_id
            where participant.user_id = $1 order by participant.joined_at
            """
        ),
        new(
            "feedback",
            "select id, category, title, description, created_at from feedback where user_id = $1 order by created_at"
        ),
        new(
            "push_subscriptions",
            "select endpoint, created_at, last_used from push_subscriptions where user_id = $1 order by created_at"
        ),
    ];
}
