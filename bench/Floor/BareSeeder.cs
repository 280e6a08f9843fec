using Chatalot.Bench.Accounts;

namespace Chatalot.Bench.Floor;

/// <summary>The bare server lets everybody into any channel.</summary>
internal sealed class BareSeeder : ISeeder
{
    private const string AnyToken = "any";

    public Task<IReadOnlyList<SeededRoom>> SeedRoomsAsync(int rooms, int members, int senders, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<SeededRoom>>([
            .. Enumerable.Range(0, rooms).Select(_ => new SeededRoom(Guid.CreateVersion7(), Tokens(members))),
        ]);

    public Task<(IReadOnlyList<string> Tokens, IReadOnlyList<Guid> Channels)> SeedSocketsAsync(
        int sockets,
        int channels,
        CancellationToken ct
    ) =>
        Task.FromResult<(IReadOnlyList<string>, IReadOnlyList<Guid>)>(
            (Tokens(sockets), [.. Enumerable.Range(0, channels).Select(_ => Guid.CreateVersion7())])
        );

    private static string[] Tokens(int count) => [.. Enumerable.Repeat(AnyToken, count)];
}
