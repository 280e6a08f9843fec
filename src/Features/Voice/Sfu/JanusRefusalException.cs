namespace Chatalot.Features.Voice.Sfu;

/// <summary>Janus said no.</summary>
/// <param name="code">Its error code.</param>
/// <param name="reason">Its words.</param>
internal sealed class JanusRefusalException(int code, string reason) : Exception(reason)
{
    public const int NoSuchRoom = 426;
    public const int NoSuchFeed = 428;
    public const int FeedExists = 436;

    public int Code => code;
}
