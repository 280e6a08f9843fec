using Chatalot.Features.Spaces;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Spaces;

/// <summary>
/// The permission matrix as it is felt from outside: each role tries each action over HTTP, and writing over the
/// socket. The column of a row names the roles that are let through.
/// </summary>
public sealed class PermissionTableTests
{
    private static readonly string[] CommunityRoles = ["IO", "IA", "owner", "admin", "moderator", "member", "outsider"];
    private static readonly string[] ChannelRoles = ["IO", "IA", "owner", "admin", "moderator", "member", "outsider"];

    [Fact]
    public async Task Each_role_tries_each_action_in_a_community()
    {
        await using var scene = await Scene.OpenAsync();
        var c = $"/communities/{scene.Community}";
        var (_, channel) = await scene.OpenGroupAsync();
        var at = $"{c}/channels/{channel}";
        const string everybody = "IO IA owner admin moderator member";
        const string moderate = "IO IA owner admin moderator";
        const string manage = "IO IA owner admin";
        const string own = "IO IA owner";
        (string Allowed, string Action, Func<Person, Task<Answer>> Try)[] table =
        [
            (everybody, "read", by => by.GetAsync(c)),
            (everybody, "list members", by => by.GetAsync($"{c}/members")),
            (everybody, "list emoji", by => by.GetAsync($"{c}/emojis")),
            (everybody, "list groups", by => by.GetAsync($"{c}/groups")),
            (everybody, "own nickname", by => by.PutAsync($"{c}/members/{by.Id}/nickname", new { nickname = "x" })),
            (manage, "edit", by => by.PatchAsync(c, new { description = "x" })),
            (manage, "list invites", by => by.GetAsync($"{c}/invites")),
            (manage, "create invite by default policy", by => by.PostAsync($"{c}/invites")),
            (
                "owner admin",
                "create group by default policy",
                by => by.PostAsync("/groups", new { community_id = scene.Community, name = "g" })
            ),
            (
                manage,
                "rename others",
                async by =>
                    await by.PutAsync($"{c}/members/{await scene.AddMemberAsync(0)}/nickname", new { nickname = "x" })
            ),
            (
                manage,
                "make moderator",
                async by =>
                    await by.PutAsync($"{c}/members/{await scene.AddMemberAsync(0)}/role", new { role = "moderator" })
            ),
            (
                own,
                "make admin",
                async by =>
                    await by.PutAsync($"{c}/members/{await scene.AddMemberAsync(0)}/role", new { role = "admin" })
            ),
            (
                own,
                "demote admin",
                async by =>
                    await by.PutAsync($"{c}/members/{await scene.AddMemberAsync(2)}/role", new { role = "member" })
            ),
            (
                "",
                "demote owner",
                by => by.PutAsync($"{c}/members/{scene.People["owner"].Id}/role", new { role = "member" })
            ),
            (moderate, "kick member", async by => await by.DeleteAsync($"{c}/members/{await scene.AddMemberAsync(0)}")),
            (
                manage,
                "kick moderator",
                async by => await by.DeleteAsync($"{c}/members/{await scene.AddMemberAsync(1)}")
            ),
            (own, "kick admin", async by => await by.DeleteAsync($"{c}/members/{await scene.AddMemberAsync(2)}")),
            ("", "kick owner", by => by.DeleteAsync($"{c}/members/{scene.People["owner"].Id}")),
            (moderate, "ban member", async by => await by.PostAsync($"{c}/bans/{await scene.AddMemberAsync(0)}")),
            (manage, "ban moderator", async by => await by.PostAsync($"{c}/bans/{await scene.AddMemberAsync(1)}")),
            (moderate, "list bans", by => by.GetAsync($"{c}/bans")),
            (moderate, "unban", async by => await by.DeleteAsync($"{c}/bans/{await scene.AddBannedAsync()}")),
            (
                moderate,
                "warn",
                async by =>
                    await by.PostAsync(
                        $"{at}/warn",
                        new { user_id = await scene.AddMemberAsync(0, channel), reason = "x" }
                    )
            ),
            (
                moderate,
                "time out",
                async by =>
                    await by.PostAsync(
                        $"{at}/timeout",
                        new { user_id = await scene.AddMemberAsync(0, channel), duration_seconds = 60 }
                    )
            ),
            (moderate, "list warnings", by => by.GetAsync($"{at}/warnings/{by.Id}")),
            (moderate, "read the trail", by => by.GetAsync($"{c}/moderation-log")),
            ("IO IA admin moderator member", "leave", by => by.PostAsync($"{c}/leave")),
        ];

        await TryAsync(scene, CommunityRoles, table, afterEach: scene.RestoreAsync);
    }

    [Fact]
    public async Task Each_role_tries_each_action_in_a_channel()
    {
        await using var scene = await Scene.OpenAsync();
        var c = $"/channels/{scene.Channel}";
        const string members = "owner admin moderator member";
        const string moderate = "IO IA owner admin moderator";
        const string manage = "IO IA owner admin";
        const string own = "IO IA owner";
        (string Allowed, string Action, Func<Person, Task<Answer>> Try)[] table =
        [
            (members, "read", by => by.GetAsync(c)),
            (members, "list members", by => by.GetAsync($"{c}/members")),
            (own, "edit", by => by.PatchAsync(c, new { topic = "x" })),
            (
                moderate,
                "kick member",
                async by => await by.PostAsync($"{c}/members/{await scene.AddToChannelAsync(0)}/kick")
            ),
            (
                manage,
                "kick moderator",
                async by => await by.PostAsync($"{c}/members/{await scene.AddToChannelAsync(1)}/kick")
            ),
            (own, "kick admin", async by => await by.PostAsync($"{c}/members/{await scene.AddToChannelAsync(2)}/kick")),
            ("", "kick owner", by => by.PostAsync($"{c}/members/{scene.People["owner"].Id}/kick")),
            (
                moderate,
                "ban member",
                async by => await by.PostAsync($"{c}/members/{await scene.AddToChannelAsync(0)}/ban")
            ),
            (moderate, "list bans", by => by.GetAsync($"{c}/bans")),
            (
                manage,
                "make moderator",
                async by =>
                    await by.PatchAsync(
                        $"{c}/members/{await scene.AddToChannelAsync(0)}/role",
                        new { role = "moderator" }
                    )
            ),
            (
                own,
                "make admin",
                async by =>
                    await by.PatchAsync($"{c}/members/{await scene.AddToChannelAsync(0)}/role", new { role = "admin" })
            ),
            (
                own,
                "demote admin",
                async by =>
                    await by.PatchAsync($"{c}/members/{await scene.AddToChannelAsync(2)}/role", new { role = "member" })
            ),
            (
                "",
                "demote owner",
                by => by.PatchAsync($"{c}/members/{scene.People["owner"].Id}/role", new { role = "member" })
            ),
        ];

        await TryAsync(scene, ChannelRoles, table, afterEach: () => Task.CompletedTask);
        await WriteAsync(scene);
    }

    /// <summary>A read-only channel takes words of moderators and above, over the socket too.</summary>
    private static async Task WriteAsync(Scene scene)
    {
        await scene.People["owner"].PatchAsync($"/channels/{scene.Channel}", new { read_only = true });
        foreach (var role in ChannelRoles)
        {
            await using var socket = await scene.People[role].ConnectAsync();
            await socket.SendAsync(
                new
                {
                    type = "send_message",
                    channel_id = scene.Channel,
                    ciphertext = new[] { 1 },
                    nonce = new[] { 1 },
                    message_type = "text",
                }
            );
            if (role is "owner" or "admin" or "moderator")
                await socket.NextAsync("message_sent");
            else
                await socket.NextErrorAsync(role is "member" ? "read_only" : "forbidden");
        }
    }

    private static async Task TryAsync(
        Scene scene,
        string[] roles,
        (string Allowed, string Action, Func<Person, Task<Answer>> Try)[] table,
        Func<Task> afterEach
    )
    {
        var wrong = new List<string>();
        foreach (var (allowed, action, attempt) in table)
        {
            foreach (var role in roles)
            {
                var answer = await attempt(scene.People[role]);
                if (answer.Status == 200 != allowed.Split(' ').Contains(role))
                    wrong.Add($"{role}: {action} -> {answer.Status} {answer.Body}");
                await afterEach();
            }
        }
        wrong.ShouldBeEmpty();
    }

    /// <summary>A community and a standalone channel with one person of each role in both.</summary>
    private sealed class Scene(SpacesServer server, Guid community, Guid channel, Dictionary<string, Person> people)
        : IAsyncDisposable
    {
        private int added;

        public Guid Community => community;
        public Guid Channel => channel;
        public Dictionary<string, Person> People => people;

        public static async Task<Scene> OpenAsync()
        {
            var server = await SpacesServer.StartAsync(
                new SpacesOptions { CommunityCreationMode = CommunityCreationMode.Open }
            );
            var people = new Dictionary<string, Person>();
            foreach (var role in CommunityRoles)
            {
                var instance =
                    role is "IO" ? InstanceRole.Owner
                    : role is "IA" ? InstanceRole.Admin
                    : InstanceRole.None;
                people[role] = await server.RegisterAsync($"the_{role}", instance);
            }
            var community = (await people["owner"].PostAsync("/communities", new { name = "Harbour" })).Id;
            var channel = (
                await people["owner"]
                    .PostAsync(
                        "/channels",
                        new
                        {
                            name = "quay",
                            channel_type = "text",
                            discoverable = false,
                        }
                    )
            ).Id;
            var scene = new Scene(server, community, channel, people);
            await scene.RestoreAsync();
            return scene;
        }

        /// <summary>Puts back whoever left.</summary>
        public async Task RestoreAsync()
        {
            foreach (var (role, stored) in new[] { ("admin", 2), ("moderator", 1), ("member", 0) })
            {
                await AddAsync(People[role].Id, stored);
                await AddAsync(People[role].Id, stored, channel);
            }
        }

        public async Task<(Guid Group, Guid Channel)> OpenGroupAsync()
        {
            var group = (
                await People["owner"]
                    .PostAsync(
                        "/groups",
                        new
                        {
                            community_id = community,
                            name = "Crew",
                            visibility = "private",
                        }
                    )
            ).Id;
            var first = (await People["owner"].GetAsync($"/groups/{group}/channels")).Rows.Single();
            return (group, first.GetProperty("id").GetGuid());
        }

        /// <summary>Somebody new with this stored role in the community, and in the channel a member.</summary>
        public async Task<Guid> AddMemberAsync(int role, Guid? inChannel = null)
        {
            var person = await server.RegisterAsync($"new_{++added}");
            await AddAsync(person.Id, role);
            if (inChannel is { } id)
                await AddAsync(person.Id, 0, id);
            return person.Id;
        }

        public async Task<Guid> AddToChannelAsync(int role)
        {
            var person = await server.RegisterAsync($"new_{++added}");
            await AddAsync(person.Id, role, channel);
            return person.Id;
        }

        public async Task<Guid> AddBannedAsync()
        {
            var person = await server.RegisterAsync($"new_{++added}");
            await server.Product.ExecuteAsync(
                $"insert into community_bans (community_id, user_id, created_at) values ('{community}', '{person.Id}', now())"
            );
            return person.Id;
        }

        public ValueTask DisposeAsync() => server.DisposeAsync();

        private Task<int> AddAsync(Guid userId, int role, Guid? inChannel = null) =>
            server.Product.ExecuteAsync(
                $"""
                insert into {(inChannel is null ? "community" : "channel")}_members
                    ({(inChannel is null ? "community" : "channel")}_id, user_id, role, joined_at)
                values ('{inChannel ?? community}', '{userId}', {role}, now())
                on conflict do nothing
                """
            );
    }
}
