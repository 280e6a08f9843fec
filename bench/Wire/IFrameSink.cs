namespace Chatalot.Bench.Wire;

/// <summary>Takes the text frames of one socket, in order, as views into a buffer that is reused afterwards.</summary>
internal interface IFrameSink
{
    void OnText(ReadOnlySpan<byte> json);
}
