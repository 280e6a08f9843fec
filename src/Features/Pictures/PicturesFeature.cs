using Chatalot.Shared.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Pictures;

/// <summary>The door of the pictures: <see cref="PictureStore"/> for the features that have some.</summary>
public static class PicturesFeature
{
    /// <summary>Registers <see cref="PictureStore"/>; needs a storage.</summary>
    public static IServiceCollection AddPictures(this IServiceCollection services) =>
        services.AddSingleton<PictureStore>().AddSingleton<SpacePictures>().AddSingleton<IBlobKeeper, PictureKeeper>();
}
