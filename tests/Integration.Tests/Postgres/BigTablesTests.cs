using Chatalot.Features.Maintenance;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Texts;

namespace Chatalot.Integration.Tests.Postgres;

/// <summary>
/// Statements over tables that grow with the instance read what they return, not what others own. Each list is asked
/// for by somebody whose many rows are all older than everybody else's, where a planner that walks the index of the
/// order alone passes all others first. What was read is counted by the database itself, in pages of 8 KiB a call.
/// </summary>
public sealed class BigTablesTests
{
    private const int Own = 10_000;
    private const int Others = 12_000;

    [Fact]
    public async Task Given_a_reference_to_another_table_Then_an_index_finds_the_rows_that_go_with_a_deleted_one()
    {
        await using var server = await TestServer.StartAsync();

        var without = await server.QueryAsync<string[]>(
            """
            select coalesce(array_agg(reference.conname::text), '{}') from pg_constraint reference
            join pg_attribute first_column
                on first_column.attrelid = reference.conrelid and first_column.attnum = reference.conkey[1]
            where reference.contype = 'f' and not exists (
                select from pg_index i
                where i.indrelid = reference.conrelid and i.indkey[0] = reference.conkey[1]
                  and (i.indpred is null
                       or pg_get_expr(i.indpred, i.indrelid) = '(' || first_column.attname || ' IS NOT NULL)')
            )
            """
        );

        without.ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_much_that_others_made_since_Then_a_list_in_order_costs_no_more()
    {
        await using var quay = await Quay.OpenAsync();
        var elsewhere = await Quay.OpenChannelAsync(quay.Bob, "pier");
        var (channel, ada, bob) = (quay.Channel, quay.Ada.Id, quay.Bob.Id);
        var made = "timestamptz '2026-01-01' + n * interval '1 second'";
        await quay.Server.ExecuteAsync(
            $"""
            insert into polls (id, channel_id, created_by, question, options, multi_select, anonymous, created_at)
            select {Id}, case when {IsOwn} then '{channel}'::uuid else '{elsewhere}' end, '{bob}', 'q', array['a', 'b'], false,
                   false, {made} from {Rows};
            insert into voice_sessions (id, channel_id, started_by, started_at, ended_at, process_id, seen_at)
            select {Id}, case when {IsOwn} then '{channel}'::uuid else '{elsewhere}' end, '{bob}', {made}, {made}, {Id},
                   {made} from {Rows};
            insert into messages (id, channel_id, sender_id, position, created_at, message_type, nonce, ciphertext)
            select {Id}, '{elsewhere}', '{bob}', n, {made}, 'text', '', '' from {Rows};
            insert into bookmarks (id, user_id, message_id, created_at)
            select {Id}, case when {IsOwn} then '{ada}'::uuid else '{bob}' end, {Id}, {made} from {Rows};
            insert into files (id, uploader_id, name, size_bytes, checksum, stored_checksum, storage_path, created_at)
            select {Id}, case when {IsOwn} then '{ada}'::uuid else '{bob}' end, 'n', 1, lpad('', 64, 'a'), lpad('', 64, 'a'),
                   'a', {made} from {Rows};
            insert into audit_log (id, user_id, action, created_at)
            select {Id}, '{bob}', case when {IsOwn} then 'old' else 'new' end, {made} from {Rows};
            insert into reports (id, reporter_id, report_type, target_id, reason, status, created_at)
            select {Id}, '{bob}', 'user', {Id}, 'r', case when {IsOwn} then 'dismissed' else 'resolved' end, {made}
            from {Rows};
            analyze
            """
        );
        var newest = IdOf(Own);

        Quay.Ids(await quay.Ada.GetAsync($"/channels/{channel}/polls"))[0].ShouldBe(newest);
        Quay.Ids(await quay.Ada.GetAsync($"/channels/{channel}/calls"))[0].ShouldBe(newest);
        Quay.Ids(await quay.Ada.GetAsync("/bookmarks"))[0].ShouldBe(newest);
        First(await quay.Ada.GetAsync("/files"), "files").ShouldBe(newest);
        First(await quay.Owner.GetAsync($"/admin/files?user_id={ada}"), "files").ShouldBe(newest);
        First(await quay.Owner.GetAsync("/admin/audit-log?action=old"), "entries").ShouldBe(newest);
        First(await quay.Owner.GetAsync("/admin/reports?status=dismissed"), "reports").ShouldBe(newest);

        foreach (
            var (list, most) in new[]
            {
                ("%from polls where%", 180),
                ("%from voice_sessions session%", 180),
                ("%from bookmarks where%", 80),
                ("%from files f %order by%", 80),
                ("%from audit_log%order by%", 80),
                ("%from reports%order by%", 80),
            }
        )
            (await PagesAsync(quay.Server, list)).ShouldBeInRange(1, most, list);
    }

    [Fact]
    public async Task Given_many_accounts_Then_people_and_operators_are_found_without_reading_all_of_them()
    {
        await using var quay = await Quay.OpenAsync();
        await quay.Server.ExecuteAsync(
            $"""
            insert into mt_doc_user (id, data, mt_version, username_key, email_key)
            select {Id}, jsonb_build_object('id', {Id}, 'username', name, 'username_key', name, 'display_name', name,
                       'email', name || '@b.example', 'email_key', name || '@b.example', 'password_hash', 'none',
                       'is_admin', false, 'is_owner', false, 'created_at', now(), 'updated_at', now(),
                       'bio', repeat('x', 400)),
                   {Id}, name, name || '@b.example'
            from generate_series(1, 6000) n, lateral (select md5(n::text) as name) account;
            analyze mt_doc_user
            """
        );
        var name = await quay.Server.QueryAsync<string>("select md5('77')");

        var found = (await quay.Owner.GetAsync($"/users/search?q={name[3..12]}")).Rows.Single();
        var listed = (await quay.Owner.GetAsync($"/admin/users?search={name[3..12]}")).Rows.Single();
        (
            await quay.Ada.PostAsync(
                "/reports",
                new
                {
                    report_type = "user",
                    target_id = quay.Bob.Id,
                    reason = "rude",
                }
            )
        ).Status.ShouldBe(200);

        found.GetProperty("username").GetString().ShouldBe(name);
        listed.GetProperty("username").GetString().ShouldBe(name);
        (await PagesAsync(quay.Server, "%from mt_doc_user account%like lower%")).ShouldBeInRange(1, 120);
        const string operators = "select id from mt_doc_user where (data ->> $1)::boolean or%";
        await Eventually.HoldsAsync(async () => await PagesAsync(quay.Server, operators) > 0, "operators are told");
        (await PagesAsync(quay.Server, operators)).ShouldBeInRange(1, 20);
    }

    [Fact]
    public async Task Given_a_channel_with_many_readers_Then_their_positions_are_read_without_comparing_all_with_all()
    {
        await using var quay = await Quay.OpenAsync();
        var said = await quay.SayAsync(quay.Bob, "hello");
        await quay.Server.ExecuteAsync(
            $"""
            insert into mt_doc_user (id, data, mt_version, username_key, email_key)
            select {Id}, jsonb_build_object('id', {Id}), {Id}, 'u' || n, 'e' || n from generate_series(1, 2000) n;
            insert into channel_members (channel_id, user_id, role, joined_at)
            select '{quay.Channel}', {Id}, 0, now() from generate_series(1, 2000) n;
            insert into read_cursors (channel_id, user_id, message_id, position, read_at)
            select '{quay.Channel}', {Id}, '{said}', 1, now() from generate_series(1, 2000) n;
            insert into user_blocks (blocker_id, blocked_id, created_at)
            select {Id}, '{quay.Cy.Id}', now() from generate_series(1, 200) n;
            insert into user_preferences (user_id, preferences, updated_at)
            select {Id}, jsonb_build_object('sendReadReceipts', n > 1), now() from generate_series(1, 2000) n;
            analyze
            """
        );

        var cursors = (await quay.Ada.GetAsync($"/channels/{quay.Channel}/read-cursors")).Rows;

        cursors.Count.ShouldBe(1000);
        cursors.ShouldNotContain(cursor => cursor.GetProperty("user_id").GetGuid() == IdOf(1));
        (await PagesAsync(quay.Server, "%from read_cursors cursor%")).ShouldBeInRange(1, 8_000);
    }

    [Fact]
    public async Task Given_a_channel_that_fell_silent_When_it_is_searched_Then_what_was_said_elsewhere_is_not_read()
    {
        await using var quay = await Quay.OpenAsync();
        var elsewhere = await Quay.OpenChannelAsync(quay.Bob, "pier");
        await quay.Server.ExecuteAsync(
            $"""
            insert into messages (id, channel_id, sender_id, position, created_at, message_type, nonce, ciphertext)
            select {Id}, case when {IsOwn} then '{quay.Channel}'::uuid else '{elsewhere}' end, '{quay.Bob.Id}', n, now(),
                   'text', '', 'the tide' from {Rows};
            insert into message_texts (message_id, channel_id, body)
            select id, channel_id, 'the tide is high ' || position from messages;
            insert into search_progress (channel_id, last_message_id)
            select channel_id, last_message_id from channel_heads on conflict do nothing;
            analyze
            """
        );

        var found = Quay.Ids(await quay.Ada.GetAsync($"/channels/{quay.Channel}/messages/search?q=tide"));

        found.ShouldBe(Enumerable.Range(0, 20).Select(n => IdOf(Own - n)));
        (await PagesAsync(quay.Server, "with found as%")).ShouldBeInRange(1, 200);
    }

    [Fact]
    public async Task Given_messages_of_channels_that_are_there_When_those_of_others_are_purged_Then_nobodys_are_read()
    {
        await using var quay = await Quay.OpenAsync();
        var gone = IdOf(1);
        await quay.Server.ExecuteAsync(
            $"""
            insert into messages (id, channel_id, sender_id, position, created_at, message_type, nonce, ciphertext)
            select {Id}, case when n > 3 then '{quay.Channel}'::uuid else '{gone}' end, null, n, now(), 'text', '',
                   repeat('x', 300)::bytea from {Rows};
            analyze messages
            """
        );

        (await quay.Server.RunJobAsync<PurgeDeletedMessages>()).Items.ShouldBe(3);

        (await quay.Server.QueryAsync<long>("select count(*) from messages")).ShouldBe(Own + Others - 3);
        (await quay.Server.QueryAsync<long>($"select count(*) from messages where channel_id = '{gone}'")).ShouldBe(0);
        (await PagesAsync(quay.Server, "%from messages%mt_doc_channel where id%")).ShouldBeInRange(1, 40);
    }

    [Fact]
    public async Task Given_more_messages_than_a_statement_removes_in_its_time_Then_a_purge_and_a_departure_end()
    {
        await using var quay = await Quay.OpenAsync();
        await quay.Server.ExecuteAsync(
            $"""
            insert into messages (id, channel_id, sender_id, position, created_at, message_type, nonce, ciphertext)
            select {Id}, '{quay.Channel}', '{quay.Bob.Id}', n, now(), 'text', '', '' from {Rows};
            create table limits (statement text);
            create function note_limit() returns trigger language plpgsql as $$
            begin
                insert into limits values (current_setting('statement_timeout'));
                return old;
            end
            $$;
            create trigger note_limit before delete on mt_doc_user for each row execute function note_limit()
            """
        );

        var purged = (await quay.Owner.PostAsync($"/admin/purge/user/{quay.Bob.Id}/messages")).Json;
        (await quay.Owner.DeleteAsync($"/admin/users/{quay.Bob.Id}")).Status.ShouldBe(200);

        purged.GetProperty("messages_deleted").GetInt32().ShouldBe(Own + Others);
        (await quay.Server.QueryAsync<long>("select count(*) from messages")).ShouldBe(0);
        (
            await quay.Server.QueryAsync<long>(
                """
                select max(rows / calls) from pg_stat_statements
                where dbid = (select oid from pg_database where datname = current_database())
                  and query like '%delete from messages%'
                """
            )
        ).ShouldBeInRange(1, 5000);
        (await quay.Server.QueryAsync<string>("select statement from limits")).ShouldBe("10min");
    }

    private static string Rows => $"generate_series(1, {Own + Others}) n";

    private static string IsOwn => $"n <= {Own}";

    /// <summary>Grows with the row; older than everything that a test makes through the server.</summary>
    private static string Id => "('018f0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid";

    private static Guid IdOf(int row) => Guid.Parse($"018f0000-0000-7000-8000-{row:x12}");

    private static Guid First(Answer answer, string list) =>
        answer.Json.GetProperty(list).EnumerateArray().First().GetProperty("id").GetGuid();

    /// <summary>Pages that a call of the dearest of these statements read.</summary>
    private static async Task<long> PagesAsync(TestServer server, string statement) =>
        await server.QueryAsync<long>(
            $"""
            select coalesce(max((shared_blks_hit + shared_blks_read) / calls), 0) from pg_stat_statements
            where dbid = (select oid from pg_database where datname = current_database())
              and query like '{statement}' and query not like 'insert%'
            """
        );
}
