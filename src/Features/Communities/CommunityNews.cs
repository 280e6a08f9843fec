using Chatalot.Features.Frames;

namespace Chatalot.Features.Communities;

/// <summary>How changes of communities are told.</summary>
internal static class CommunityNews
{
    /// <summary>The community's settings as its members are told.</summary>
    public static CommunityUpdatedFrame ToFrame(this Community community) =>
        new(
            community.Id,
            community.Name,
            community.Description,
            community.IconUrl,
            community.BannerUrl,
            community.Theme,
            community.WelcomeMessage
        );
}
