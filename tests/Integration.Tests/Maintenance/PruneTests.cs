using Chatalot.Features.Maintenance;
using Chatalot.Features.Spaces;
using Chatalot.Features.Voice;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Maintenance;

/// <summary>What the hourly jobs remove, and what they must leave.</summary>
public sealed class PruneTests
{
    [Fact]
    public async Task G38_Given_logins_that_ended_Then_those_of_a_week_ago_go_hourly()
    {
        await using var server = await TestServer.StartAsync();
        var rosa = await server.AddPersonAsync("rosa");
        await AddSessionAsync(server, rosa.Id, expiredDaysAgo: 8);
        await AddSessionAsync(server, rosa.Id, expiredDaysAgo: 6);
        await AddSessionAsync(server, rosa.Id, expiredDaysAgo: -20, revokedDaysAgo: 8);
        await AddSessionAsync(server, rosa.Id, expiredDaysAgo: -20, revokedDaysAgo: 6);

        var run = await server.RunJobAsync<PruneRefreshTokens>();

        (run.Outcome, run.Items).ShouldBe(("succeeded", 2));
        (await server.QueryAsync<long>("select count(*) from sessions")).ShouldBe(3);
        (await rosa.GetAsync("/account/me")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task G39_Given_used_prekeys_Then_those_of_a_month_ago_go_and_unused_ones_stay()
    {
        await using var server = await TestServer.StartAsync();
        var rosa = await server.AddPersonAsync("rosa");
        await AddPrekeyAsync(server, rosa.Id, key: 1, madeDaysAgo: 31, isUsed: true);
        await AddPrekeyAsync(server, rosa.Id, key: 2, madeDaysAgo: 29, isUsed: true);
        await AddPrekeyAsync(server, rosa.Id, key: 3, madeDaysAgo: 400, isUsed: false);

        (await server.RunJobAsync<PrunePrekeys>()).Items.ShouldBe(1);

        (await server.QueryAsync<int>("select min(key_id) from one_time_prekeys")).ShouldBe(2);
    }

    [Theory]
    [InlineData(null, 90)]
    [InlineData("7", 7)]
    public async Task G40_Given_audit_entries_Then_those_older_than_90_days_or_as_configured_go(string? set, int days)
    {
        await using var server = await TestServer.StartAsync(
            set is null ? [] : new() { ["AUDIT_RETENTION_DAYS"] = set }
        );
        foreach (var age in new[] { days + 1, days - 1 })
            await server.ExecuteAsync(
                $"""
                insert into audit_log (id, action, created_at)
                values (gen_random_uuid(), 'test', now() - interval '{age} days')
                """
            );

        (await server.RunJobAsync<PruneAuditLog>()).Items.ShouldBe(1);

        (await server.QueryAsync<long>("select count(*) from audit_log where action = 'test'")).ShouldBe(1);
    }

    [Theory]
    [InlineData("0", 2)]
    [InlineData("365", 3)]
    [InlineData("7", 1)]
    public async Task Given_a_time_of_their_own_Then_what_operators_did_stays_as_long_as_that_says(
        string days,
        int left
    )
    {
        await using var server = await TestServer.StartAsync(new() { ["ADMIN_AUDIT_RETENTION_DAYS"] = days });
        await server.ExecuteAsync(
            """
            insert into audit_log (id, action, created_at)
            select gen_random_uuid(), action, now() - interval '1 day' * age
            from unnest('{login,admin_purge_channel}'::text[]) action, unnest('{10,100}'::int[]) age
            """
        );

        (await server.RunJobAsync<PruneAuditLog>()).Items.ShouldBe(4 - left);

        (await server.QueryAsync<long>("select count(*) from audit_log")).ShouldBe(left);
        (await server.QueryAsync<bool>("select exists (select from audit_log where action = 'login')")).ShouldBeTrue();
    }

    [Fact]
    public async Task G41_Given_open_calls_Then_those_in_which_nobody_is_end_hourly()
    {
        await using var observed = await ObservedServer.StartAsync();
        var server = observed.Server;
        var ada = await server.AddPersonAsync("ada", InstanceRole.Admin);
        var channel = (await ada.PostAsync("/channels", new { name = "bridge", channel_type = "voice" })).Id;
        await server.ExecuteAsync(
            $"""
            insert into voice_sessions (id, channel_id, started_by, started_at, process_id, seen_at)
            select id, '{channel}', '{ada.Id}', now() - interval '1 hour', gen_random_uuid(), now()
            from (values (uuid '00000000-0000-7000-8000-000000000001'), ('00000000-0000-7000-8000-000000000002')) s (id);
            insert into voice_participants (session_id, user_id, joined_at, left_at) values
                ('00000000-0000-7000-8000-000000000001', '{ada.Id}', now() - interval '1 hour', now()),
                ('00000000-0000-7000-8000-000000000002', '{ada.Id}', now() - interval '1 hour', null)
            """
        );

        (await server.RunJobAsync<EndOrphanedCalls>()).Items.ShouldBe(1);

        (
            await server.QueryAsync<string>("select right(id::text, 1) from voice_sessions where ended_at is null")
        ).ShouldBe("2");
        await observed.LineAsync(" INFO Chatalot.Voice: Cleaned up 1 orphaned voice sessions");
    }

    [Fact]
    public async Task Given_more_rows_than_a_batch_Then_all_go_in_one_run()
    {
        await using var server = await TestServer.StartAsync();
        const int rows = (2 * Sweep.BatchSize) + 1;
        await server.ExecuteAsync(
            $"""
            insert into audit_log (id, action, created_at)
            select gen_random_uuid(), 'old', now() - interval '1 year' from generate_series(1, {rows})
            """
        );

        (await server.RunJobAsync<PruneAuditLog>()).Items.ShouldBe(rows);
    }

    [Fact]
    public async Task Given_leftovers_Then_only_what_no_longer_matters_goes()
    {
        await using var server = await TestServer.StartAsync();
        await server.ExecuteAsync(
            """
            insert into registration_invites (id, code, expires_at, created_at) values
                (gen_random_uuid(), 'old', now() - interval '31 days', now()),
                (gen_random_uuid(), 'recent', now() - interval '29 days', now()),
                (gen_random_uuid(), 'endless', null, now() - interval '1 year');
            insert into login_failures (purpose, name_hash, network, failures, last_failure_at) values
                ('login', '\x01', 'a', 1, now() - interval '25 hours'),
                ('login', '\x02', 'a', 1, now() - interval '23 hours')
            """
        );

        (await server.RunJobAsync<PruneLeftovers>()).Items.ShouldBe(2);

        (await server.QueryAsync<long>("select count(*) from registration_invites")).ShouldBe(2);
        (await server.QueryAsync<long>("select count(*) from login_failures")).ShouldBe(1);
    }

    [Fact]
    public async Task Given_push_subscriptions_Then_failed_and_stale_ones_go_never_used_ones_too()
    {
        await using var server = await TestServer.StartAsync();
        var rosa = await server.AddPersonAsync("rosa");
        await AddPushAsync("works", failures: 2, madeDaysAgo: 400, usedDaysAgo: 89);
        await AddPushAsync("fails", failures: 3, madeDaysAgo: 1, usedDaysAgo: 1);
        await AddPushAsync("stale", failures: 0, madeDaysAgo: 400, usedDaysAgo: 91);
        await AddPushAsync("never", failures: 0, madeDaysAgo: 91, usedDaysAgo: null);

        (await server.RunJobAsync<PruneFailedPushSubscriptions>()).Items.ShouldBe(1);
        (await server.RunJobAsync<PruneStalePushSubscriptions>()).Items.ShouldBe(2);

        (await server.QueryAsync<string>("select endpoint from push_subscriptions")).ShouldBe("works");

        Task<int> AddPushAsync(string endpoint, int failures, int madeDaysAgo, int? usedDaysAgo) =>
            server.ExecuteAsync(
                $"""
                insert into push_subscriptions (id, user_id, session_id, endpoint, p256dh_key, auth_key, failure_count,
                    created_at, last_used)
                select gen_random_uuid(), '{rosa.Id}', id, '{endpoint}', decode(repeat('00', 65), 'hex'),
                    decode(repeat('00', 16), 'hex'), {failures}, now() - interval '{madeDaysAgo} days',
                    now() - make_interval(days => {usedDaysAgo?.ToString() ?? "null"})
                from sessions where user_id = '{rosa.Id}'
                """
            );
    }

    [Fact]
    public async Task Given_timeouts_Then_only_those_that_are_over_go()
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.AddPersonAsync("ada", InstanceRole.Admin);
        var bob = await server.AddPersonAsync("bob");
        var channel = (await ada.PostAsync("/channels", new { name = "quay", channel_type = "text" })).Id;
        await server.ExecuteAsync(
            $"""
            insert into channel_timeouts (id, channel_id, user_id, expires_at, created_at) values
                (gen_random_uuid(), '{channel}', '{ada.Id}', now() - interval '1 second', now()),
                (gen_random_uuid(), '{channel}', '{bob.Id}', now() + interval '1 minute', now())
            """
        );

        (await server.RunJobAsync<PruneTimeouts>()).Items.ShouldBe(1);
    }

    private static Task<int> AddSessionAsync(
        TestServer server,
        Guid user,
        int expiredDaysAgo,
        int? revokedDaysAgo = null
    ) =>
        server.ExecuteAsync(
            $"""
            insert into sessions (id, user_id, family_hash, token_hash, created_at, last_used_at, expires_at, ends_at,
                revoked_at)
            values (gen_random_uuid(), '{user}', uuid_send(gen_random_uuid()), '\x00', now(), now(),
                now() - make_interval(days => {expiredDaysAgo}), now() + interval '1 year',
                now() - make_interval(days => {revokedDaysAgo?.ToString() ?? "null"}))
            """
        );

    private static Task<int> AddPrekeyAsync(TestServer server, Guid user, int key, int madeDaysAgo, bool isUsed) =>
        server.ExecuteAsync(
            $"""
            insert into one_time_prekeys (id, user_id, key_id, public_key, used_at, created_at)
            values (gen_random_uuid(), '{user}', {key}, decode(repeat('00', 32), 'hex'),
                {(isUsed ? "now()" : "null")}, now() - interval '{madeDaysAgo} days')
            """
        );
}
