using Chatalot.Features.Spaces;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Polls;

/// <summary>What a poll allows: pure decisions, in the contract's order (messages.md 9.5 to 9.7).</summary>
internal static class PollRules
{
    public static Failure NotFound { get; } = Failure.NotFound("poll not found");

    /// <summary>Why no vote can be cast or withdrawn any more.</summary>
    public static Failure? CheckOpen(bool closed, DateTimeOffset? expiresAt, DateTimeOffset now) =>
        closed ? Failure.Validation("poll is closed")
        : expiresAt <= now ? Failure.Validation("poll has expired")
        : null;

    /// <summary>Whether there is such an option.</summary>
    public static Failure? CheckOption(int index, int options) =>
        index >= 0 && index < options ? null : Failure.Validation("invalid option index");

    /// <summary>
    /// Who asked may close it, a member or not; so may those who keep order in the channel, to whom clients offer it.
    /// </summary>
    public static Failure? CheckClose(Guid? createdBy, Guid callerId, int? level) =>
        createdBy == callerId || level >= Level.Moderator ? null : Failure.Forbidden;
}
