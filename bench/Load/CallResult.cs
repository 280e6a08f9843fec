namespace Chatalot.Bench.Load;

/// <summary>The shape of a call load.</summary>
/// <param name="Participants">People who join one call.</param>
/// <param name="JoinMilliseconds">Time in which they do, evenly; 0: all at once.</param>
/// <param name="Candidates">Candidates that each side sends to each peer when the call begins.</param>
/// <param name="Seconds">Measured time after everybody has connected.</param>
/// <param name="Rate">Candidates a second of all together in that time.</param>
internal sealed record CallPlan(int Participants, double JoinMilliseconds, int Candidates, double Seconds, double Rate)
{
    public int Pairs => Participants * (Participants - 1) / 2;
}

/// <summary>What came of it. Latencies are from one participant's socket to the other's.</summary>
internal sealed record CallResult(
    CallPlan Plan,
    double SetupMilliseconds,
    int Offers,
    int Answers,
    int RepeatedOffers,
    long Sent,
    long Relayed,
    long Refused,
    LatencySummary Setup,
    LatencySummary Relay
)
{
    /// <summary>Every pair has exactly one offer and one answer, and nothing was lost or refused.</summary>
    public bool IsClean =>
        Offers == Plan.Pairs && Answers == Plan.Pairs && RepeatedOffers == 0 && Sent == Relayed && Refused == 0;
}
