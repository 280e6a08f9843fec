using System.Net.WebSockets;
using System.Text.Json;
using Chatalot.Features.Departures;
using Chatalot.Integration.Tests.Auth;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Spaces;

namespace Chatalot.Integration.Tests.Departures;

public sealed class DeleteAccountTests : IAsyncLifetime
{
    private TestServer server = null!;
    private Person owner = null!;
    private Person rosa = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.StartAsync(set: new() { ["COMMUNITY_CREATION_MODE"] = "open" });
        owner = await RegisterAsync("owner");
        rosa = await RegisterAsync("rosa");
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task What_is_only_theirs_goes_and_what_they_wrote_stays_without_a_name()
    {
        var community = (await owner.PostAsync("/communities", new { name = "Harbour" })).Id;
        await InviteTests.JoinAsync(owner, rosa, community);
        var group = (await owner.PostAsync("/groups", new { community_id = community, name = "Crew" })).Id;
        (await rosa.PostAsync($"/groups/{group}/join")).Status.ShouldBe(200);
        var channel = await server.QueryAsync<Guid>($"select id from mt_doc_channel where group_id = '{group}'");
        var dm = Guid.NewGuid();
        await server.ExecuteAsync(
            $$"""
            insert into mt_doc_channel (id, data, mt_version, created_at, discoverable)
            select '{{dm}}', data || '{"id":"{{dm}}","type":"dm"}', mt_version, created_at, false
            from mt_doc_channel where id = '{{channel}}';
            insert into channel_members (channel_id, user_id, role, joined_at)
            values ('{{dm}}', '{{rosa.Id}}', 0, now()), ('{{dm}}', '{{owner.Id}}', 0, now());
            insert into messages (id, channel_id, sender_id, position, created_at, message_type, nonce, ciphertext)
            select gen_random_uuid(), id, '{{rosa.Id}}', 1, now(), 'text', '\x00', '\x00'
            from unnest(array['{{channel}}', '{{dm}}']::uuid[]) as channel (id);
            update channel_members set role = 0 where channel_id = '{{channel}}';
            update channel_members set role = 3 where channel_id = '{{channel}}' and user_id = '{{rosa.Id}}';
            """
        );
        await using var socket = await rosa.ConnectAsync();

        (await DeleteAsync("wrong")).ShouldFail(400, "password is incorrect");
        (await DeleteAsync()).ShouldBeEmpty();

        (await socket.NextErrorAsync("unauthorized")).GetProperty("message").GetString().ShouldBe("invalid token");
        (await socket.ClosedAsync()).ShouldBe(WebSocketCloseStatus.PolicyViolation);
        (await rosa.GetAsync("/account/me")).Status.ShouldBe(401);
        (await server.Http.LoginAsync("rosa")).Status.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
        (await server.QueryAsync<long>("select count(*) from messages where sender_id is null")).ShouldBe(1);
        (await server.QueryAsync<long>($"select count(*) from mt_doc_channel where id = '{dm}'")).ShouldBe(0);
        (
            await server.QueryAsync<Guid>(
                $"select user_id from channel_members where channel_id = '{channel}' and role = 3"
            )
        ).ShouldBe(owner.Id);
        (
            await server.QueryAsync<string>(
                "select metadata ->> 'username' from audit_log where action = 'account_deleted'"
            )
        ).ShouldBe("rosa");
    }

    [Fact]
    public async Task Those_who_share_a_community_a_group_or_a_channel_hear_that_a_member_is_gone()
    {
        var community = (await owner.PostAsync("/communities", new { name = "Harbour" })).Id;
        await InviteTests.JoinAsync(owner, rosa, community);
        var group = (await owner.PostAsync("/groups", new { community_id = community, name = "Crew" })).Id;
        (await rosa.PostAsync($"/groups/{group}/join")).Status.ShouldBe(200);
        var channel = await server.QueryAsync<Guid>($"select id from mt_doc_channel where group_id = '{group}'");
        await using var socket = await owner.ConnectAsync();
        await socket.SubscribeAsync(channel);

        (await DeleteAsync()).ShouldBeEmpty();

        var left = new HashSet<(string Space, Guid Id)>();
        while (left.Count < 3)
        {
            var news = await socket.NextAsync("member_left");
            news.GetProperty("user_id").GetGuid().ShouldBe(rosa.Id);
            foreach (var space in new[] { "community_id", "group_id", "channel_id" })
                if (news.TryGetProperty(space, out var id) && id.ValueKind is JsonValueKind.String)
                    left.Add((space, id.GetGuid()));
        }
        left.ShouldBe([("community_id", community), ("group_id", group), ("channel_id", channel)], ignoreOrder: true);
    }

    [Fact]
    public async Task Given_somebody_who_wrote_more_than_most_Then_their_going_waits_for_no_message_and_a_job_does_the_rest()
    {
        const string named = "select count(*) from messages where sender_id is not null";
        await WriteAsync(SenderRemoval.Piece + 100);
        await using var reaction = await HeldTransaction.BeginAsync(
            server.Database.DataSource,
            "select from messages order by channel_id desc, id desc limit 1 for no key update"
        );

        (await DeleteAsync().WaitAsync(TimeSpan.FromSeconds(20))).ShouldBeEmpty();
        await reaction.DisposeAsync();
        (await server.QueryAsync<long>(named)).ShouldBe(100);
        (await server.RunJobAsync<RemoveDepartedSenders>()).Items.ShouldBe(0, "the last may still be on their way");
        // Accepted before the account went, stored after it.
        await WriteAsync(1);
        server.Clock.Advance(TimeSpan.FromMinutes(2));
        (await server.RunJobAsync<RemoveDepartedSenders>()).Items.ShouldBe(101);

        (await server.QueryAsync<long>(named)).ShouldBe(0);
        (await server.QueryAsync<long>("select count(*) from departed_senders")).ShouldBe(0);

        Task WriteAsync(int count) =>
            server.ExecuteAsync(
                $"""
                insert into messages (id, channel_id, sender_id, position, created_at, message_type, nonce, ciphertext)
                select gen_random_uuid(), '{Guid.NewGuid()}', '{rosa.Id}', n, now(), 'text', '\x00', '\x00'
                from generate_series(1, {count}) n
                """
            );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_pictures_of_the_account_go_with_it_whoever_deletes_it(bool byOperator)
    {
        var avatar = (await rosa.UploadAsync("/account/avatar", "avatar", Profiles.ProfileTests.Png, "image/png"))
            .Json.GetProperty("avatar_url")
            .GetString();
        (await server.Http.GetAsync(avatar)).StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);

        (byOperator ? await owner.DeleteAsync($"/admin/users/{rosa.Id}") : await DeleteAsync()).ShouldBeEmpty();

        (await server.Http.GetAsync(avatar)).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Whoever_owns_something_must_hand_it_over_first()
    {
        (await owner.DeleteAsync("/account", new { password = Calls.Password })).ShouldFail(
            400,
            "the owner of this instance cannot delete their account"
        );
        var community = (await rosa.PostAsync("/communities", new { name = "Harbour" })).Id;
        (await DeleteAsync()).ShouldFail(
            400,
            "you must transfer or delete all communities you own before deleting your account"
        );
        (await rosa.PostAsync("/groups", new { community_id = community, name = "Crew" })).Status.ShouldBe(200);
        (await DeleteAsync()).ShouldFail(
            400,
            "you must transfer or delete all groups you own before deleting your account"
        );
        (await rosa.GetAsync("/account/me")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Given_a_community_that_is_being_handed_to_them_When_they_delete_the_account_Then_it_stays()
    {
        var community = await JoinCommunityAsync();
        await using var transfer = await HandOverAsync(community);

        (await transfer.CommitUnderAsync(() => DeleteAsync())).ShouldFail(
            400,
            "you must transfer or delete all communities you own before deleting your account"
        );

        (await OwnerOfAsync(community)).ShouldBe(rosa.Id);
    }

    [Fact]
    public async Task Given_a_community_that_is_being_handed_to_them_When_an_operator_deletes_the_account_Then_it_is_inherited()
    {
        var community = await JoinCommunityAsync();
        await using var transfer = await HandOverAsync(community);

        (await transfer.CommitUnderAsync(() => owner.DeleteAsync($"/admin/users/{rosa.Id}"))).ShouldBeEmpty();

        (await OwnerOfAsync(community)).ShouldBe(owner.Id);
        (
            await server.QueryAsync<string>(
                $"select data ->> 'owner_id' from mt_doc_community where id = '{community}'"
            )
        ).ShouldBe($"{owner.Id}");
    }

    [Fact]
    public async Task Given_a_channel_that_nobody_owns_When_a_member_is_gone_Then_nobody_comes_to_own_it()
    {
        var community = await JoinCommunityAsync();
        var group = (await owner.PostAsync("/groups", new { community_id = community, name = "Crew" })).Id;
        await server.ExecuteAsync("update channel_members set role = 0");

        (await DeleteAsync()).ShouldBeEmpty();

        (
            await server.QueryAsync<long>(
                $"""
                select count(*) from channel_members member join mt_doc_channel channel on channel.id = member.channel_id
                where channel.group_id = '{group}' and member.role > 0
                """
            )
        ).ShouldBe(0);
    }

    [Fact]
    public async Task Of_two_deletions_at_once_one_is_too_late()
    {
        var both = await Task.WhenAll(DeleteAsync(), DeleteAsync());

        both.Select(answer => answer.Status).Order().ShouldBe([200, 401]);
        (await server.QueryAsync<long>("select count(*) from audit_log where action = 'account_deleted'")).ShouldBe(1);
    }

    /// <summary>A table that forbids it would make deletions of some people fail for ever.</summary>
    [Fact]
    public async Task No_table_holds_an_account_back()
    {
        var faulty = await server.QueryAsync<string>(
            """
            select coalesce(string_agg(conrelid::regclass || '.' || attname, ', '), '')
            from pg_constraint
            join pg_attribute on attrelid = conrelid and attnum = conkey[1]
            where confrelid = 'mt_doc_user'::regclass and contype = 'f'
              and not (confdeltype = 'c' or confdeltype = 'n' and not attnotnull)
            """
        );

        faulty.ShouldBeEmpty();
    }

    /// <summary>A community of the owner's that Rosa is in.</summary>
    private async Task<Guid> JoinCommunityAsync()
    {
        var community = (await owner.PostAsync("/communities", new { name = "Harbour" })).Id;
        await InviteTests.JoinAsync(owner, rosa, community);
        return community;
    }

    /// <summary>The owner makes Rosa the owner, and has not committed yet.</summary>
    private Task<HeldTransaction> HandOverAsync(Guid community) =>
        HeldTransaction.BeginAsync(
            server.Database.DataSource,
            $"""
            select from mt_doc_community where id = '{community}' for no key update;
            update community_members set role = 2 where community_id = '{community}' and user_id = '{owner.Id}';
            update community_members set role = 3 where community_id = '{community}' and user_id = '{rosa.Id}';
            """
        );

    private Task<Guid> OwnerOfAsync(Guid community) =>
        server.QueryAsync<Guid>(
            $"select user_id from community_members where community_id = '{community}' and role = 3"
        );

    private Task<Infrastructure.Answer> DeleteAsync(string password = Calls.Password) =>
        rosa.DeleteAsync("/account", new { password });

    private async Task<Person> RegisterAsync(string name)
    {
        var answer = await server.Http.RegisterAsync(name);
        return new Person(answer.Json!["user"]!["id"]!.GetValue<Guid>(), name, answer.AccessToken, server.Http);
    }
}
