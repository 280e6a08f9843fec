using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Features.Gateway;
using Chatalot.Features.Messages;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Http;

namespace Chatalot.Features.Voice;

/// <summary>
/// join_voice: take part in the channel's call, or take part again after a reconnect. Members only, under the rule for
/// all writes: not in archived channels, not while timed out, not between people of whom one has blocked the other.
/// Joins are limited for each user; coming back to the same call is not.
/// </summary>
internal sealed class JoinVoice(
    Calls calls,
    ChannelAccess access,
    ChannelMembership membership,
    WriteRules rules,
    VoiceOptions options,
    TimeProvider clock
) : IFrameHandler<JoinVoiceFrame>
{
    private static readonly Failure TooFast = new(
        429,
        "rate_limited",
        "please wait before joining/leaving voice again"
    );
    private static readonly Failure NoMember = new(403, "forbidden", "not a member of this channel");

    private readonly TokenBuckets<Guid> pace = new(new BucketSize(options.JoinsPerSecond, options.JoinBurst), clock);

    /// <inheritdoc/>
    public async ValueTask HandleAsync(JoinVoiceFrame frame, SocketSession session, CancellationToken ct)
    {
        var userId = session.Caller.UserId;
        Failure? refusal;
        if (!calls.Has(userId, frame.ChannelId) && !pace.Take(userId).IsGranted)
            refusal = TooFast;
        else
            refusal = await JoinAsync(frame, session, ct);
        if (refusal is not null)
            session.Refuse(refusal, JoinVoiceFrame.Type);
    }

    private async Task<Failure?> JoinAsync(JoinVoiceFrame frame, SocketSession session, CancellationToken ct)
    {
        while (true)
        {
            var changesBefore = membership.StandingChanges;
            if (await access.FindAsync(frame.ChannelId, session.Caller.UserId, ct) is not { } standing)
                return NoMember;
            if (await rules.CheckAsync(standing, session.Caller.UserId, WriteKind.Talk, ct) is { } refusal)
                return refusal;
            if (calls.TryJoin(session.Connection, frame, changesBefore, out var full))
                return full;
        }
    }
}
