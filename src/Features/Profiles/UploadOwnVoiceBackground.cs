using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Profiles;

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
        Summary("Upload the picture shown in calls", 404, 507);
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
