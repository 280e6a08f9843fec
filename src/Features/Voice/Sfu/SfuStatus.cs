namespace Chatalot.Features.Voice.Sfu;

/// <summary>Whether the SFU can be used at present.</summary>
public sealed class SfuStatus
{
    private volatile string? whyNot = "not connected yet";

    /// <summary>Null while connected; else why not, without anything secret.</summary>
    public string? WhyNot => whyNot;

    internal void Set(string? reason) => whyNot = reason;
}
