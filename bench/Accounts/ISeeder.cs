namespace Chatalot.Bench.Accounts;

/// <summary>A channel and the access tokens of its members, one for each socket; the senders come first.</summary>
internal sealed record SeededRoom(Guid Channel, IReadOnlyList<string> Tokens);

/// <summary>
/// Provides the users and channels that a load needs: the one place that knows how they come into being.
/// </summary>
internal interface ISeeder
{
    /// <summary>
    /// Rooms of <paramref name="members"/> sockets. Each of the first <paramref name="senders"/> has a user of its own;
    /// receivers may share users.
    /// </summary>
    Task<IReadOnlyList<SeededRoom>> SeedRoomsAsync(int rooms, int members, int senders, CancellationToken ct);

    /// <summary>
    /// Tokens for <paramref name="sockets"/> sockets whose users are members of all returned channels.
    /// </summary>
    Task<(IReadOnlyList<string> Tokens, IReadOnlyList<Guid> Channels)> SeedSocketsAsync(
        int sockets,
        int channels,
        CancellationToken ct
    );
}
