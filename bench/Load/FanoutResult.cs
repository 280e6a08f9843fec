using Chatalot.Bench.Machine;

namespace Chatalot.Bench.Load;

/// <summary>
/// What a fan-out run measured. Rates and CPU over the measured seconds; the checks over the whole run.
/// </summary>
internal sealed record FanoutResult
{
    public required FanoutPlan Plan { get; init; }

    /// <summary>Acknowledged messages a second.</summary>
    public required double SendsPerSecond { get; init; }

    public required double DeliveriesPerSecond { get; init; }

    /// <summary>From send to <c>message_sent</c>, at the sender.</summary>
    public required LatencySummary AcknowledgeLatency { get; init; }

    /// <summary>From send to <c>new_message</c>, at the sampled receivers.</summary>
    public required LatencySummary DeliveryLatency { get; init; }

    /// <summary>Bytes of one <c>new_message</c>.</summary>
    public required int FrameBytes { get; init; }

    public required long Accepted { get; init; }

    /// <summary>Accepted but not acknowledged when everything was quiet.</summary>
    public required long Unacknowledged { get; init; }

    public required long Refused { get; init; }

    /// <summary>Deliveries that did not happen.</summary>
    public required long Lost { get; init; }

    /// <summary>Deliveries that came twice, or too late behind a later one.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Members whose order differs from the others' of their room.</summary>
    public required int OrderViolations { get; init; }

    public required int ClosedSockets { get; init; }

    public required IReadOnlyDictionary<string, long> Errors { get; init; }

    /// <summary>CPU seconds used while measuring; megabytes at the end of it.</summary>
    public required Usage? Server { get; init; }

    public required Usage? Postgres { get; init; }

    public required Usage Generator { get; init; }

    /// <summary>Bytes that the server allocated while measuring; null when it shows no metrics.</summary>
    public required double? AllocatedBytes { get; init; }

    public bool IsClean =>
        this is { Unacknowledged: 0, Refused: 0, Lost: 0, Duplicates: 0, OrderViolations: 0, ClosedSockets: 0 };

    public static FanoutResult From(
        FanoutPlan plan,
        List<Room> rooms,
        List<LoadLoop> loops,
        MachineUsage before,
        MachineUsage after
    )
    {
        var counters = loops.ConvertAll(loop => loop.Counters);
        var (acknowledge, delivery) = (new LatencyHistogram(), new LatencyHistogram());
        foreach (var counted in counters)
        {
            acknowledge.Add(counted.AcknowledgeLatency);
            delivery.Add(counted.DeliveryLatency);
        }
        var senders = rooms.SelectMany(room => room.Members).Select(member => member.Sender).OfType<Sender>().ToList();
        var accepted = senders.Sum(sender => sender.Accepted);
        return new FanoutResult
        {
            Plan = plan,
            SendsPerSecond = counters.Sum(c => c.Acknowledged[(int)Phase.Measure]) / plan.Seconds,
            DeliveriesPerSecond = counters.Sum(c => c.Delivered[(int)Phase.Measure]) / plan.Seconds,
            AcknowledgeLatency = acknowledge.Summarize(),
            DeliveryLatency = delivery.Summarize(),
            FrameBytes = counters.Max(c => c.FrameBytes),
            Accepted = accepted,
            Unacknowledged = accepted - senders.Sum(sender => sender.Acknowledged),
            Refused = senders.Sum(sender => sender.Refused),
            Lost = rooms.Sum(room => room.Lost),
            Duplicates = rooms.Sum(room => room.Duplicates),
            OrderViolations = rooms.Sum(room => room.OrderViolations()),
            ClosedSockets = counters.Sum(c => c.ClosedSockets),
            Errors = counters
                .SelectMany(c => c.Errors)
                .GroupBy(e => e.Key)
                .ToDictionary(g => g.Key, g => g.Sum(e => e.Value)),
            Server = Difference(after.Server, before.Server),
            Postgres = Difference(after.Postgres, before.Postgres),
            Generator = after.Generator.Since(before.Generator),
            AllocatedBytes = after.AllocatedBytes - before.AllocatedBytes,
        };
    }

    private static Usage? Difference(Usage? after, Usage? before) =>
        after is { } later && before is { } earlier ? later.Since(earlier) : null;
}
