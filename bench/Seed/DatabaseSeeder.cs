using Npgsql;
using NpgsqlTypes;
using Spectre.Console;

namespace Chatalot.Bench.Seed;

/// <summary>Writes a plan through COPY, table by table, in the layout of the server's own schema.</summary>
internal sealed class DatabaseSeeder(string connectionString, SeedPlan plan)
{
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    /// <summary>Writes everything, or nothing when it is interrupted.</summary>
    /// <param name="member">Name of an account that becomes a member of everything; null for none.</param>
    /// <param name="progress">Where the bars are shown.</param>
    /// <param name="ct">Ends the work.</param>
    public async Task RunAsync(string? member, ProgressContext progress, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var connection = await source.OpenConnectionAsync(ct);
        var memberId = member is null ? (Guid?)null : await FindAsync(connection, member, ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await UsersAsync(connection, progress.AddTask("users", maxValue: plan.Users), ct);
        await SpacesAsync(connection, progress.AddTask("spaces", maxValue: plan.Channels), ct);
        await MembersAsync(connection, memberId, progress.AddTask("members", maxValue: plan.Channels), ct);
        await MessagesAsync(connection, progress.AddTask("messages", maxValue: plan.Messages), ct);
        await transaction.CommitAsync(ct);
        await using var analyze = new NpgsqlCommand("analyze", connection) { CommandTimeout = 0 };
        await analyze.ExecuteNonQueryAsync(ct);
    }

    private int CommunityOf(int group) => group % plan.Communities;

    private int GroupOf(int channel) => channel % plan.Groups;

    private static async Task<Guid> FindAsync(NpgsqlConnection connection, string username, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select id from mt_doc_user where username_key = lower($1)",
            connection
        );
        command.Parameters.Add(new() { Value = username });
        return (Guid?)await command.ExecuteScalarAsync(ct)
            ?? throw new InvalidOperationException($"there is no account named {username}");
    }

    private async Task UsersAsync(NpgsqlConnection connection, ProgressTask bar, CancellationToken ct)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy mt_doc_user (id, data, mt_version, username_key, email_key) from stdin (format binary)",
            ct
        );
        for (var i = 0; i < plan.Users; i++, bar.Increment(1))
        {
            var (id, name, time) = (plan.User(i), $"seeded_{plan.Seed}_{i}", SeedPlan.TimeOf(i, plan.Users));
            var data = SeedDocument.Json(
                ("id", id),
                ("username", name),
                ("username_key", name),
                ("email", $"{name}@bench.example"),
                ("email_key", $"{name}@bench.example"),
                ("display_name", $"Seeded {i}"),
                ("password_hash", "none"),
                ("created_at", time),
                ("updated_at", time)
            );
            await SeedDocument.StartAsync(copy, id, data, ct);
            await copy.WriteAsync(name, NpgsqlDbType.Text, ct);
            await copy.WriteAsync($"{name}@bench.example", NpgsqlDbType.Text, ct);
        }
        await copy.CompleteAsync(ct);
    }

    private async Task SpacesAsync(NpgsqlConnection connection, ProgressTask bar, CancellationToken ct)
    {
        await using (
            var copy = await connection.BeginBinaryImportAsync(
                "copy mt_doc_community (id, data, mt_version, name) from stdin (format binary)",
                ct
            )
        )
        {
            for (var i = 0; i < plan.Communities; i++)
            {
                var (id, name, time) = (plan.Community(i), $"Community {i}", SeedPlan.TimeOf(i, plan.Communities));
                var owner = plan.User(plan.MembersOf(i).First());
                await SeedDocument.StartAsync(
                    copy,
                    id,
                    SeedDocument.Json(
                        ("id", id),
                        ("name", name),
                        ("owner_id", owner),
                        ("created_at", time),
                        ("updated_at", time)
                    ),
                    ct
                );
                await copy.WriteAsync(name, NpgsqlDbType.Text, ct);
            }
            await copy.CompleteAsync(ct);
        }
        await GroupsAsync(connection, ct);
        await ChannelsAsync(connection, bar, ct);
    }

    private async Task GroupsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy mt_doc_group (id, data, mt_version, community_id, visibility, name) from stdin (format binary)",
            ct
        );
        for (var i = 0; i < plan.Groups; i++)
        {
            var (id, name, time) = (plan.Group(i), $"Group {i}", SeedPlan.TimeOf(i, plan.Groups));
            var community = plan.Community(CommunityOf(i));
            var data = SeedDocument.Json(
                ("id", id),
                ("community_id", community),
                ("name", name),
                ("owner_id", plan.User(plan.MembersOf(CommunityOf(i)).First())),
                ("visibility", "private"),
                ("discoverable", true),
                ("created_at", time),
                ("updated_at", time)
            );
            await SeedDocument.StartAsync(copy, id, data, ct);
            await copy.WriteAsync(community, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync("private", NpgsqlDbType.Text, ct);
            await copy.WriteAsync(name, NpgsqlDbType.Text, ct);
        }
        await copy.CompleteAsync(ct);
    }

    private async Task ChannelsAsync(NpgsqlConnection connection, ProgressTask bar, CancellationToken ct)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy mt_doc_channel (id, data, mt_version, group_id, created_at, discoverable) from stdin (format binary)",
            ct
        );
        for (var i = 0; i < plan.Channels; i++, bar.Increment(1))
        {
            var (id, group, time) = (plan.Channel(i), plan.Group(GroupOf(i)), SeedPlan.TimeOf(i, plan.Channels));
            var data = SeedDocument.Json(
                ("id", id),
                ("name", $"channel-{i}"),
                ("type", "text"),
                ("group_id", group),
                ("community_id", plan.Community(CommunityOf(GroupOf(i)))),
                ("discoverable", true),
                ("created_at", time),
                ("updated_at", time)
            );
            await SeedDocument.StartAsync(copy, id, data, ct);
            await copy.WriteAsync(group, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(time, NpgsqlDbType.TimestampTz, ct);
            await copy.WriteAsync(true, NpgsqlDbType.Boolean, ct);
        }
        await copy.CompleteAsync(ct);
    }

    /// <summary>Everybody in their communities; the first twenty of a community in its groups and channels.</summary>
    private async Task MembersAsync(NpgsqlConnection connection, Guid? member, ProgressTask bar, CancellationToken ct)
    {
        await RowsAsync(connection, "community", plan.Communities, plan.Community, plan.MembersOf, member, null, ct);
        await RowsAsync(connection, "group", plan.Groups, plan.Group, g => Insiders(CommunityOf(g)), member, null, ct);
        await RowsAsync(
            connection,
            "channel",
            plan.Channels,
            plan.Channel,
            c => Insiders(CommunityOf(GroupOf(c))),
            member,
            bar,
            ct
        );
    }

    private IEnumerable<int> Insiders(int community) => plan.MembersOf(community).Take(20);

    private async Task RowsAsync(
        NpgsqlConnection connection,
        string space,
        int count,
        Func<int, Guid> idOf,
        Func<int, IEnumerable<int>> membersOf,
        Guid? member,
        ProgressTask? bar,
        CancellationToken ct
    )
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            $"copy {space}_members ({space}_id, user_id, role, joined_at) from stdin (format binary)",
            ct
        );
        for (var i = 0; i < count; i++, bar?.Increment(1))
        {
            short role = 3;
            foreach (var userId in membersOf(i).Select(plan.User).Concat(member is { } id ? [id] : []))
            {
                await copy.StartRowAsync(ct);
                await copy.WriteAsync(idOf(i), NpgsqlDbType.Uuid, ct);
                await copy.WriteAsync(userId, NpgsqlDbType.Uuid, ct);
                await copy.WriteAsync(role, NpgsqlDbType.Smallint, ct);
                await copy.WriteAsync(SeedPlan.TimeOf(i, count), NpgsqlDbType.TimestampTz, ct);
                role = 0;
            }
        }
        copy.Timeout = Patience;
        await copy.CompleteAsync(ct);
    }

    private async Task MessagesAsync(NpgsqlConnection connection, ProgressTask bar, CancellationToken ct)
    {
        var (heads, positions) = (new Guid[plan.Channels], new long[plan.Channels]);
        await using (
            var copy = await connection.BeginBinaryImportAsync(
                """
                copy messages (id, channel_id, sender_id, position, created_at, message_type, nonce, ciphertext)
                from stdin (format binary)
                """,
                ct
            )
        )
        {
            copy.Timeout = Patience;
            var content = new byte[120];
            new Random(plan.Seed).NextBytes(content);
            for (var i = 0; i < plan.Messages; i++, bar.Increment(1))
            {
                var channel = i % plan.Channels;
                var time = SeedPlan.TimeOf(i, plan.Messages);
                var senders = plan.MembersOf(CommunityOf(GroupOf(channel))).First();
                heads[channel] = plan.IdOf(SeedKind.Message, i, time);
                await copy.StartRowAsync(ct);
                await copy.WriteAsync(heads[channel], NpgsqlDbType.Uuid, ct);
                await copy.WriteAsync(plan.Channel(channel), NpgsqlDbType.Uuid, ct);
                await copy.WriteAsync(plan.User(senders), NpgsqlDbType.Uuid, ct);
                await copy.WriteAsync(++positions[channel], NpgsqlDbType.Bigint, ct);
                await copy.WriteAsync(time, NpgsqlDbType.TimestampTz, ct);
                await copy.WriteAsync("text", NpgsqlDbType.Text, ct);
                await copy.WriteAsync(content.AsMemory(0, 12), NpgsqlDbType.Bytea, ct);
                await copy.WriteAsync(content, NpgsqlDbType.Bytea, ct);
            }
            await copy.CompleteAsync(ct);
        }
        await using var last = await connection.BeginBinaryImportAsync(
            "copy channel_heads (channel_id, position, last_message_id) from stdin (format binary)",
            ct
        );
        for (var i = 0; i < plan.Channels; i++)
        {
            await last.StartRowAsync(ct);
            await last.WriteAsync(plan.Channel(i), NpgsqlDbType.Uuid, ct);
            await last.WriteAsync(positions[i], NpgsqlDbType.Bigint, ct);
            await last.WriteAsync(heads[i], NpgsqlDbType.Uuid, ct);
        }
        await last.CompleteAsync(ct);
    }
}
