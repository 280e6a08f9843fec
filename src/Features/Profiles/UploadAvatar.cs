using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Profiles;

/// <summary>POST /api/account/avatar: a new profile picture.</summary>
internal sealed class UploadAvatar(ProfilePictures pictures) : EndpointWithoutRequest<UserPublic>
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/account/avatar");
        AllowFileUploads();
        Summary("Upload the profile picture", 404, 507);
    }

    /// <inheritdoc/>
    public override async Task<UserPublic> ExecuteAsync(CancellationToken ct) =>
        UserPublic.From(
            await pictures.UploadAsync(
                HttpContext.Request,
                User.Id(),
                ProfilePictures.Avatar,
                (user, address) => user with { AvatarUrl = address },
                ct
            )
        );
}
