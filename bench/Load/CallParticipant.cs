using System.Buffers.Text;
using System.Text.Json;
using Chatalot.Bench.Wire;

namespace Chatalot.Bench.Load;

/// <summary>What all participants of a call count together.</summary>
internal sealed class CallCounters
{
    private readonly HashSet<(Guid From, Guid To)> offered = [];

    public bool IsMeasured { get; set; }
    public int Offers => offered.Count;
    public int RepeatedOffers { get; private set; }
    public int Answers { get; set; }
    public long Sent { get; set; }
    public long Relayed { get; private set; }
    public long Refused { get; set; }
    public LatencyHistogram Setup { get; } = new();
    public LatencyHistogram Relay { get; } = new();

    public void OnOffer(Guid from, Guid to)
    {
        if (!offered.Add((from, to)))
            RepeatedOffers++;
    }

    public void OnRelayed(long sentAt)
    {
        Relayed++;
        (IsMeasured ? Relay : Setup).Add(Clock.Microseconds - sentAt);
    }
}

/// <summary>
/// Somebody in a call, as clients behave: the list makes peers, of two the greater id offers, and both send candidates
/// as soon as they know of each other.
/// </summary>
internal sealed class CallParticipant(Guid id, ClientSocket socket, int candidates, CallCounters counters) : IFrameSink
{
    private const int SdpBytes = 2000;
    private const int CandidateBytes = 120;

    private readonly HashSet<Guid> peers = [];

    public Guid Id => id;

    public ClientSocket Socket => socket;

    public void OnText(ReadOnlySpan<byte> json)
    {
        if (json.StartsWith("{\"type\":\"voice_state_update\""u8))
            OnList(json);
        else if (json.StartsWith("{\"type\":\"rtc_"u8))
            OnSignal(json, json["{\"type\":\"rtc_".Length..]);
        else if (ServerFrame.KindOf(json) is FrameKind.Error)
            counters.Refused++;
    }

    public void SendCandidate(Guid target) => Send("rtc_ice_candidate", target, "candidate", CandidateBytes);

    private void OnList(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var frame = JsonDocument.ParseValue(ref reader);
        var listed = frame
            .RootElement.GetProperty("participants")
            .EnumerateArray()
            .Select(one => one.GetGuid())
            .ToList();
        if (!listed.Contains(id))
            return;
        foreach (var other in listed.Where(other => string.CompareOrdinal($"{id}", $"{other}") > 0 && peers.Add(other)))
            Send("rtc_offer", other, "sdp", SdpBytes);
    }

    private void OnSignal(ReadOnlySpan<byte> json, ReadOnlySpan<byte> kind)
    {
        counters.OnRelayed(SentAt(json));
        if (kind.StartsWith("ice"u8))
            return;
        var from = From(json);
        if (kind.StartsWith("offer"u8))
        {
            counters.OnOffer(from, id);
            Send("rtc_answer", from, "sdp", SdpBytes);
        }
        else
        {
            counters.Answers++;
        }
        for (var i = 0; i < candidates; i++)
            SendCandidate(from);
    }

    private void Send(string type, Guid target, string member, int size)
    {
        counters.Sent++;
        if (!socket.Send(ClientFrames.Signal(type, target, member, Clock.Microseconds, size)))
            throw new IOException("the server closed a socket");
    }

    private static long SentAt(ReadOnlySpan<byte> json)
    {
        var at = json.IndexOf("\"t="u8);
        return Utf8Parser.TryParse(json[(at + 3)..], out long value, out _)
            ? value
            : throw new InvalidDataException("a signal came without its stamp");
    }

    private static Guid From(ReadOnlySpan<byte> json)
    {
        var at = json.IndexOf("\"from_user_id\":\""u8) + "\"from_user_id\":\"".Length;
        return Utf8Parser.TryParse(json[at..], out Guid value, out _)
            ? value
            : throw new InvalidDataException("a signal came without its sender");
    }
}
