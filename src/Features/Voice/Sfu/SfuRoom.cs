using Chatalot.Shared.Realtime;

namespace Chatalot.Features.Voice.Sfu;

/// <summary>What lets one place of a call into the call's room.</summary>
/// <param name="Feed">Under which id the holder joins: unknown to others until then, so that nobody takes it.</param>
/// <param name="Token">Known to the holder alone.</param>
internal sealed record SfuTicket(string Feed, string Token)
{
    /// <summary>Which of the holder's questions it was last told as an answer to.</summary>
    public int AnsweredAsk { get; set; }

    /// <summary>The holder is in the room.</summary>
    public bool IsUsed { get; set; }

    /// <summary>The holder was in the room and is no more; whoever asks again gets another ticket.</summary>
    public bool IsVoid { get; set; }
}

/// <summary>A call's room at the SFU, as far as this server knows.</summary>
internal sealed class SfuRoom(Call call)
{
    private int isDirty = 1;

    public Call Call => call;

    /// <summary>Empty until there is one.</summary>
    public string Name { get; private set; } = "";

    public bool IsMade => Name.Length > 0;

    public string Pin { get; private set; } = "";

    public string ObserverToken { get; private set; } = "";

    /// <summary>The handle that hears of the room; 0: none on the present connection.</summary>
    public long Observer { get; set; }

    public Dictionary<Seat<Connection>, SfuTicket> Tickets { get; } = [];

    /// <summary>Forgets the room that was; the next one shares nothing with it.</summary>
    public void Renew()
    {
        Name = VideoRooms.NewName();
        Pin = VideoRooms.RandomText();
        ObserverToken = VideoRooms.RandomText();
        Tickets.Clear();
        MarkDirty();
    }

    /// <summary>Somebody came or went.</summary>
    public void MarkDirty() => Volatile.Write(ref isDirty, 1);

    /// <summary>True when somebody came or went since the last call.</summary>
    public bool TakeDirty() => Interlocked.Exchange(ref isDirty, 0) == 1;
}
