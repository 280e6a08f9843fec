namespace Chatalot.Features.Frames;

/// <summary>A message that clients send over the WebSocket. Listed in <see cref="FrameCatalogue"/>.</summary>
public interface IClientFrame
{
    /// <summary>The discriminator, snake_case, as it stands in the member <c>type</c>.</summary>
    static abstract string Type { get; }
}

/// <summary>A message that the server sends over the WebSocket. Listed in <see cref="FrameCatalogue"/>.</summary>
public interface IServerFrame
{
    /// <summary>
    /// The discriminator, snake_case; <see cref="FrameWriter"/> writes it as the first member, <c>type</c>.
    /// </summary>
    static abstract string Type { get; }
}
