using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Spaces;

/// <summary>Hands a space to another member, in the connection's transaction.</summary>
internal static class Ownership
{
    /// <summary>Makes two transfers, or a transfer and a departure, come one after the other.</summary>
    public static Task LockAsync(NpgsqlConnection connection, Space space, Guid id, CancellationToken ct) =>
        connection.ExecuteAsync($"select from {space.Documents} where id = $1 for no key update", ct, id);

    /// <summary>
    /// Makes whoever is stored as owner an admin and the member the owner. Needs <see cref="LockAsync"/>.
    /// </summary>
    /// <returns>The previous owner; null if there was none.</returns>
    /// <exception cref="FailureException">The new owner is no member.</exception>
    public static async Task<Guid?> MoveAsync(
        NpgsqlConnection connection,
        Space space,
        Guid id,
        Guid newOwnerId,
        CancellationToken ct
    )
    {
        var previous = await connection.FirstAsync(
            $"update {space.Members} set role = 2 where {space.Key} = $1 and role = 3 returning user_id",
            row => (Guid?)row.GetGuid(0),
            ct,
            id
        );
        var promoted = await connection.ExecuteAsync(
            $"update {space.Members} set role = 3 where {space.Key} = $1 and user_id = $2",
            ct,
            id,
            newOwnerId
        );
        return promoted > 0
            ? previous
            : throw Failure.Validation($"target user must be a member of this {space.Word}").AsException();
    }

    /// <summary>
    /// The spaces of a kind that somebody owns. All of their memberships of that kind stay locked, so that what is
    /// being handed to them at this moment counts, and nothing is handed to them any more.
    /// </summary>
    public static async Task<Guid[]> OfAsync(
        NpgsqlConnection connection,
        Space space,
        Guid userId,
        CancellationToken ct
    )
    {
        var memberships = await connection.ListAsync(
            $"select {space.Key}, role from {space.Members} where user_id = $1 order by {space.Key} for update",
            row => (SpaceId: row.GetGuid(0), Role: row.GetRole(1)),
            ct,
            userId
        );
        return [.. memberships.Where(one => one.Role is SpaceRole.Owner).Select(one => one.SpaceId)];
    }

    /// <summary>The names under which a kind of space is stored; never from a request.</summary>
    internal sealed record Space
    {
        public static Space Community { get; } = new("community");
        public static Space Group { get; } = new("group");
        public static Space Channel { get; } = new("channel");

        private Space(string word) => Word = word;

        public string Word { get; }
        public string Documents => $"mt_doc_{Word}";
        public string Members => $"{Word}_members";
        public string Key => $"{Word}_id";
    }
}
