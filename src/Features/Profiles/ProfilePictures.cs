using Chatalot.Features.Accounts;
using Chatalot.Features.Pictures;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Features.Profiles;

/// <summary>
/// The pictures of a profile: taken in, put into the profile, and the ones that they replace deleted.
/// </summary>
internal sealed class ProfilePictures(PictureStore pictures, ProfileChanges profiles, TimeProvider clock)
{
    public static PictureRules Avatar { get; } =
        new()
        {
            Folder = PictureFolder.Avatars,
            Field = "avatar",
            TooLarge = "avatar too large (max 10 MB)",
        };

    public static PictureRules Banner { get; } =
        new()
        {
            Folder = PictureFolder.Avatars,
            Field = "banner",
            TooLarge = "banner too large (max 10 MB)",
        };

    public static PictureRules VoiceBackground { get; } =
        new()
        {
            Folder = PictureFolder.Avatars,
            Field = "background",
            TooLarge = "file too large (max 10 MB)",
        };

    /// <summary>Reads the picture from the request and puts it into the profile.</summary>
    /// <param name="request">Holds the form.</param>
    /// <param name="userId">Whose profile.</param>
    /// <param name="rules">What the picture must be.</param>
    /// <param name="put">The user with the picture's address.</param>
    /// <param name="ct">Ends the work.</param>
    public Task<User> UploadAsync(
        HttpRequest request,
        Guid userId,
        PictureRules rules,
        Func<User, string, User> put,
        CancellationToken ct
    ) =>
        pictures.ReplaceAsync<User>(
            request,
            rules,
            userId,
            clock.GetUtcNow(),
            // Whoever changes the profile deletes what it pointed at before, whichever way it is changed.
            async address =>
                (await profiles.ApplyAsync(userId, user => put(user, address), ct), Before: [], Now: []),
            ct
        );
}
