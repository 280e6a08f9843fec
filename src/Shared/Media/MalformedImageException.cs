namespace Chatalot.Shared.Media;

/// <summary>A picture that its own format forbids, or that is larger than allowed once it is decoded.</summary>
/// <param name="reason">Why, fit for people.</param>
public sealed class MalformedImageException(string reason) : Exception(reason)
{
    internal static MalformedImageException Truncated => new("the image ends too early");

    internal static MalformedImageException Broken => new("the image is damaged");
}
