using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Profiles;

/// <summary>POST /api/account/banner: a new picture behind the profile.</summary>
internal sealed class UploadBanner(ProfilePictures pictures) : EndpointWithoutRequest<UserPublic>
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/account/banner");
        AllowFileUploads();
        Summary("Upload the banner", 404, 507);
    }

    /// <inheritdoc/>
    public override async Task<UserPublic> ExecuteAsync(CancellationToken ct) =>
        UserPublic.From(
            await pictures.UploadAsync(
                HttpContext.Request,
                User.Id(),
                ProfilePictures.Banner,
                (user, address) => user with { BannerUrl = address },
                ct
            )
        );
}
