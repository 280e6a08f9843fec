using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Chatalot.Features.Users;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.DirectMessages;

/// <summary>
/// POST /api/dms: the direct channel with somebody, made if there is none. For people who share a community, and the
/// instance owner, whose channels those whom they were opened with find too; not while one of them has blocked the
/// other.
/// </summary>
internal sealed class OpenDirectMessages(
    IInstanceRoles instanceRoles,
    BlockDirectory blocks,
    Acquaintances acquaintances,
    IDocumentSession documents,
    ChannelMembership membership,
    TimeProvider clock
) : Endpoint<OpenDirectMessages.Command, DmChannelResponse>
{
    public sealed record Command(Guid TargetUserId);

    public override void Configure()
    {
        Post("/api/dms");
        Summary("Open a direct-message channel", 403, 404);
    }

    public override async Task<DmChannelResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        if (command.TargetUserId == User.Id())
            throw Failure.Validation("cannot DM yourself").AsException();
        var other =
            await documents.LoadAsync<User>(command.TargetUserId, ct)
            ?? throw Failure.NotFound("user not found").AsException();
        if (await blocks.IsBetweenAsync(User.Id(), other.Id, ct))
            throw Failure.Validation("cannot create DM with this user").AsException();
        var areMates = await acquaintances.AreMatesAsync(User.Id(), other.Id, ct);
        var pair = Pair.Of(User.Id(), other.Id);
        if (!areMates && !await MayAsStrangerAsync(pair, other, ct))
            throw Failure.Forbidden.AsException();

        var (channel, gained) = await FindOrCreateAsync(pair, ct);
        foreach (var userId in gained)
            await membership.GainedAsync([channel.Id], userId);
        return DmChannelResponse.From(channel, other, areMates);
    }

    /// <summary>
    /// The instance's owner may ask anybody. Who was asked may answer, and so must find the channel; but nobody begins
    /// with the owner whom they share no community with.
    /// </summary>
    private async Task<bool> MayAsStrangerAsync(Pair pair, User other, CancellationToken ct)
    {
        if (await instanceRoles.FindAsync(User.Id(), ct) is InstanceRole.Owner)
            return true;
        if (!other.IsOwner)
            return false;
        var connection = await documents.OpenConnectionAsync(ct);
        return await FindAsync(connection, pair, ct) is not null;
    }

    /// <summary>
    /// Two who open it at once come one after the other, and the second one finds what the first one made.
    /// </summary>
    private async Task<(Channel Channel, List<Guid> Gained)> FindOrCreateAsync(Pair pair, CancellationToken ct)
    {
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync(
            "select pg_advisory_xact_lock(hashtextextended('dm' || $1::text || $2::text, 0))",
            ct,
            pair.First,
            pair.Second
        );
        var channel = await FindAsync(connection, pair, ct) ?? await CreateAsync(connection, pair, ct);
        var gained = await connection.ListAsync(
            """
            insert into channel_members (channel_id, user_id, role, joined_at)
            values ($1, $2, 0, $4), ($1, $3, 0, $4)
            on conflict do nothing
            returning user_id
            """,
            row => row.GetGuid(0),
            ct,
            channel.Id,
            pair.First,
            pair.Second,
            clock.GetUtcNow()
        );
        await transaction.CommitAsync(CancellationToken.None);
        return (channel, gained);
    }

    private static Task<Channel?> FindAsync(NpgsqlConnection connection, Pair pair, CancellationToken ct) =>
        connection.FirstAsync(
            """
            select channel.data from dm_pairs pair
            join mt_doc_channel channel on channel.id = pair.channel_id
            where pair.user_a = $1 and pair.user_b = $2
            """,
            row => row.GetDocument(0, ChannelDocuments.Json),
            ct,
            pair.First,
            pair.Second
        );

    private async Task<Channel> CreateAsync(NpgsqlConnection connection, Pair pair, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var channel = new Channel
        {
            Id = Guid.CreateVersion7(now),
            Type = ChannelType.Dm,
            // The contract's: the smaller id, whoever opened it. It belongs to both.
            CreatedBy = pair.First,
            CreatedAt = now,
            UpdatedAt = now,
        };
        documents.Insert(channel);
        await documents.SaveChangesAsync(ct);
        await connection.ExecuteAsync(
            "insert into dm_pairs (user_a, user_b, channel_id, created_at) values ($1, $2, $3, $4)",
            ct,
            pair.First,
            pair.Second,
            channel.Id,
            now
        );
        return channel;
    }

    /// <summary>Two people in the order in which the database compares their ids.</summary>
    private sealed record Pair(Guid First, Guid Second)
    {
        public static Pair Of(Guid one, Guid other) =>
            string.CompareOrdinal(one.ToString(), other.ToString()) < 0 ? new(one, other) : new(other, one);
    }
}
