namespace Chatalot.Features.Moderation;

/// <summary>Longest reasons, in characters.</summary>
internal static class Reasons
{
    public const int LongestOfBan = 500;
    public const int LongestOfTimeout = 500;
    public const int LongestOfWarning = 1000;
}
