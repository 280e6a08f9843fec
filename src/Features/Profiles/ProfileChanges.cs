using Chatalot.Features.Accounts;
using Chatalot.Features.Frames;
using Chatalot.Features.Pictures;
using Chatalot.Features.Users;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Profiles;

/// <summary>
/// The one way in which profiles change: the account is read and written under its lock, and whoever shares a community
/// or direct messages with the user is told, on the user's other devices too. A change of nothing is told to nobody,
/// and pictures that were replaced are deleted.
/// </summary>
internal sealed class ProfileChanges(
    IDocumentStore store,
    AccountDirectory accounts,
    Acquaintances acquaintances,
    Connections connections,
    PictureStore pictures,
    TimeProvider clock
)
{
    /// <summary>Changes the profile and tells of it.</summary>
    /// <param name="userId">Whose.</param>
    /// <param name="change">The user after the change; may throw a refusal.</param>
    /// <param name="ct">Ends the work before the change is made.</param>
    /// <returns>The user after the change.</returns>
    public async Task<User> ApplyAsync(Guid userId, Func<User, User> change, CancellationToken ct)
    {
        await using var documents = store.LightweightSession();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var found = await documents.QueryAsync<User>("where id = ? for no key update", ct, userId);
        var before = found.SingleOrDefault() ?? throw UsersFeature.NotFound.AsException();
        var after = change(before);
        if (after == before)
            return before;
        after = after with { UpdatedAt = clock.GetUtcNow() };
        documents.Store(after);
        AccountDirectory.QueueChanged(documents, userId);
        await documents.SaveChangesAsync(ct);

        // From here on it happens, also when the client leaves: a change that holds is told, and what it replaced goes.
        await transaction.CommitAsync(CancellationToken.None);
        accounts.Invalidate(userId);
        await TellAsync(after);
        await DeleteReplacedAsync(before, after);
        return after;
    }

    private async Task DeleteReplacedAsync(User before, User after)
    {
        string?[] kept = [after.AvatarUrl, after.BannerUrl, after.VoiceBackgroundUrl];
        foreach (var address in new[] { before.AvatarUrl, before.BannerUrl, before.VoiceBackgroundUrl }.Except(kept))
            await pictures.DeleteAsync(PictureFolder.Avatars, address, before.Id);
    }

    private async Task TellAsync(User user)
    {
        var connected = connections.All.Select(connection => connection.UserId).Distinct().ToList();
        var contacts = await acquaintances.ContactsAmongAsync(user.Id, connected, CancellationToken.None);
        var frame = Wire.Of(
            new UserProfileUpdatedFrame(
                user.Id,
                user.DisplayName,
                user.AvatarUrl,
                user.BannerUrl,
                user.VoiceBackgroundUrl,
                user.CustomStatus,
                user.Bio,
                user.Pronouns
            )
        );
        foreach (var contact in contacts.Append(user.Id))
            connections.SendToUser(contact, frame);
    }
}
