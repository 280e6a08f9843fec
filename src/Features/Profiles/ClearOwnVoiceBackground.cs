using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Profiles;

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
