using System.Threading.Channels;

namespace Chatalot.Features.Voice.Sfu;

/// <summary>Says that calls or their rooms changed; many changes while nobody waits are one.</summary>
internal sealed class CallSignal
{
    private readonly Channel<bool> changes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );

    public void Set() => changes.Writer.TryWrite(true);

    public async Task WaitAsync(CancellationToken ct) => await changes.Reader.ReadAsync(ct);
}
