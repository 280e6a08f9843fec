using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Http;
using FluentValidation;

namespace Chatalot.Features.Voice;

/// <summary>
/// POST /api/channels/{id}/voice-quality: how good a connection of the caller's call is. Only sums of it are kept, as
/// metrics; nothing of it is stored or tied to people. For members of the channel.
/// </summary>
internal sealed class ReportVoiceQuality(ChannelGate channels, VoiceQualityPace pace)
    : Endpoint<ReportVoiceQuality.Command>
{
    /// <param name="Id">The channel.</param>
    /// <param name="JoinMs">Milliseconds from joining to the first sound, 0 to 120000.</param>
    /// <param name="RoundTripMs">Milliseconds there and back, 0 to 60000.</param>
    /// <param name="LossPercent">Packets lost, 0 to 100.</param>
    /// <param name="Relayed">The connection goes over a relay.</param>
    public sealed record Command(Guid Id, double? JoinMs, double? RoundTripMs, double? LossPercent, bool Relayed);

    /// <inheritdoc/>
    public sealed class Rules : Validator<Command>
    {
        /// <inheritdoc/>
        public Rules()
        {
            RuleFor(c => c.JoinMs).InclusiveBetween(0, 120_000).WithMessage("join_ms must be between 0 and 120000");
            RuleFor(c => c.RoundTripMs)
                .InclusiveBetween(0, 60_000)
                .WithMessage("round_trip_ms must be between 0 and 60000");
            RuleFor(c => c.LossPercent).InclusiveBetween(0, 100).WithMessage("loss_percent must be between 0 and 100");
        }
    }

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/channels/{id}/voice-quality");
        Summary("Report how good a call is", 403, 404, 429);
        DontThrowIfValidationFails();
    }

    /// <inheritdoc/>
    public override async Task<object?> ExecuteAsync(Command command, CancellationToken ct)
    {
        await channels.RequireMemberAsync(command.Id, User.Id(), ct);
        ThrowIfAnyErrors();
        if (!pace.Take(User.Id()))
            throw Failure.RateLimited("too many reports", retryAfterSeconds: 5).AsException();
        VoiceMetrics.Report(command);
        return null;
    }
}

/// <summary>How often one user may report: for each peer of a large call at once, then now and then.</summary>
internal sealed class VoiceQualityPace(TimeProvider clock)
{
    private readonly TokenBuckets<Guid> reports = new(new BucketSize(PerSecond: 1, Burst: 50), clock);

    /// <summary>True when the report counts.</summary>
    public bool Take(Guid userId) => reports.Take(userId).IsGranted;
}
