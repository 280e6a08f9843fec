using Chatalot.Features.Accounts;
using Chatalot.Features.Pictures;
using Chatalot.Shared.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Features.Profiles;

/// <summary>POST /api/account/avatar: a new profile picture.</summary>
internal sealed class UploadAvatar(ProfilePictures pictures) : EndpointWithoutRequest<UserPublic>
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/account/avatar");
        AllowFileUploads();
        Summary("Upload the profile picture", 404);
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

/// <summary>POST /api/account/banner: a new picture behind the profile.</summary>
internal sealed class UploadBanner(ProfilePictures pictures) : EndpointWithoutRequest<UserPublic>
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/account/banner");
        AllowFileUploads();
        Summary("Upload the banner", 404);
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

/// <summary>POST /api/account/voice-background: a new picture behind the user in calls.</summary>
internal sealed class UploadOwnVoiceBackground(ProfilePictures pictures)
    : EndpointWithoutRequest<UploadOwnVoiceBackground.Response>
{
    /// <param name="Url">Where the picture is.</param>
    public sealed record Response(string Url);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/account/voice-background");
        AllowFileUploads();
        Summary("Upload the picture shown in calls", 404);
    }

    /// <inheritdoc/>
    public override async Task<Response> ExecuteAsync(CancellationToken ct)
    {
        var user = await pictures.UploadAsync(
            HttpContext.Request,
            User.Id(),
            ProfilePictures.VoiceBackground,
            (user, address) => user with { VoiceBackgroundUrl = address },
            ct
        );
        return new(user.VoiceBackgroundUrl!);
    }
}

/// <summary>DELETE /api/account/voice-background: no picture in calls.</summary>
internal sealed class ClearOwnVoiceBackground(ProfileChanges profiles) : EndpointWithoutRequest<object?>
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Delete("/api/account/voice-background");
        Summary("Clear the picture shown in calls", 404);
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(CancellationToken ct)
    {
        await profiles.ApplyAsync(User.Id(), user => user with { VoiceBackgroundUrl = null }, ct);
        return null;
    }
}

/// <summary>GET /api/avatars/{filename}: a picture of a profile, for everybody who knows its address.</summary>
internal sealed class GetAvatar(PictureStore pictures) : Endpoint<GetAvatar.Query, IResult>
{
    /// <param name="Filename">The picture's name.</param>
    public sealed record Query(string Filename);

    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/avatars/{filename}");
        AllowAnonymous();
        Summary("A picture of a profile", 404);
    }

    /// <inheritdoc/>
    public override Task<IResult> ExecuteAsync(Query query, CancellationToken ct) =>
        pictures.ServeAsync(PictureFolder.Avatars, query.Filename, "avatar not found", ct);
}
