using Chatalot.Shared.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Chatalot.Features.Users;

/// <summary>
/// Who knows whom. Mates share a community: they see each other's profile and presence. Contacts are mates and people
/// with whom there are direct messages.
/// </summary>
public sealed class Acquaintances([FromKeyedServices(DatabaseSource.Lookups)] NpgsqlDataSource database)
{
    /// <summary>An SQL condition: the two ids, given as expressions, share a community.</summary>
    internal static string AreMates(string one, string other) =>
        $"""
            exists (
                select from community_members mine
                join community_members theirs on theirs.community_id = mine.community_id
                where mine.user_id = {one} and theirs.user_id = {other}
            )
            """;

    /// <summary>
    /// An SQL condition: the two ids, given as expressions, are members of one channel, of whatever kind.
    /// </summary>
    internal static string ShareChannel(string one, string other) =>
        $"""
            exists (
                select from channel_members mine
                join channel_members theirs on theirs.channel_id = mine.channel_id
                where mine.user_id = {one} and theirs.user_id = {other}
            )
            """;

    /// <summary>Whether the two share a community; true for one and the same person.</summary>
    public async Task<bool> AreMatesAsync(Guid one, Guid other, CancellationToken ct) =>
        one == other
        || await database.FirstAsync($"select {AreMates("$1", "$2")}", row => row.GetBoolean(0), ct, one, other);

    /// <summary>Whether there is such a user and the two are members of one community or channel.</summary>
    public Task<bool> HaveMetAsync(Guid one, Guid other, CancellationToken ct) =>
        database.FirstAsync(
            $"select {AreMates("$1", "$2")} or {ShareChannel("$1", "$2")}",
            row => row.GetBoolean(0),
            ct,
            one,
            other
        );

    /// <summary>Those of the candidates who share a community with the user, by one query. Never the user.</summary>
    public async Task<IReadOnlyList<Guid>> MatesAmongAsync(
        Guid userId,
        IReadOnlyCollection<Guid> candidates,
        CancellationToken ct
    ) =>
        candidates.Count == 0
            ? []
            : await database.ListAsync(
                $"""
                select candidate from unnest($2) candidate
                where candidate <> $1 and {AreMates("$1", "candidate")}
                """,
                row => row.GetGuid(0),
                ct,
                userId,
                candidates.ToArray()
            );

    /// <summary>Those of the candidates who are mates or have a direct channel with the user. Never the user.</summary>
    public async Task<IReadOnlyList<Guid>> ContactsAmongAsync(
        Guid userId,
        IReadOnlyCollection<Guid> candidates,
        CancellationToken ct
    ) =>
        candidates.Count == 0
            ? []
            : await database.ListAsync(
                $"""
                select candidate from unnest($2) candidate
                where candidate <> $1 and (
                    {AreMates("$1", "candidate")}
                    or exists (
                        select from channel_members mine
                        join mt_doc_channel channel on channel.id = mine.channel_id and channel.data ->> 'type' = 'dm'
                        join channel_members theirs on theirs.channel_id = mine.channel_id
                        where mine.user_id = $1 and theirs.user_id = candidate
                    )
                )
                """,
                row => row.GetGuid(0),
                ct,
                userId,
                candidates.ToArray()
            );
}
