using System.Threading.Channels;

namespace Chatalot.Integration.Tests.Infrastructure;

/// <summary>
/// Makes databases ahead and drops used ones behind, so that no test waits for either. Each database is new and is used
/// once: nothing that a test leaves behind can meet another.
/// </summary>
internal sealed class CloneShelf
{
    private const int Ahead = 4;

    private readonly Channel<string> ready = Channel.CreateBounded<string>(Ahead);
    private readonly Channel<string> left = Channel.CreateUnbounded<string>();
    private readonly Func<Task<string>> make;
    private readonly Func<string, Task> drop;
    private readonly Lazy<Task> work;

    public CloneShelf(Func<Task<string>> make, Func<string, Task> drop)
    {
        this.make = make;
        this.drop = drop;
        work = new Lazy<Task>(() => Task.WhenAll(Task.Run(FillAsync), Task.Run(ClearAsync)));
    }

    /// <summary>A database that nobody had before.</summary>
    /// <exception cref="ChannelClosedException">None can be made; the inner exception says why.</exception>
    public async Task<string> TakeAsync()
    {
        _ = work.Value;
        return await ready.Reader.ReadAsync();
    }

    /// <summary>A database that nobody needs any more.</summary>
    public void Leave(string name)
    {
        _ = work.Value;
        left.Writer.TryWrite(name);
    }

    private async Task FillAsync()
    {
        try
        {
            while (true)
                await ready.Writer.WriteAsync(await make());
        }
        catch (Exception failure)
        {
            // Every test that waits for a database shall say why it has none.
            ready.Writer.TryComplete(failure);
        }
    }

    private async Task ClearAsync()
    {
        await foreach (var name in left.Reader.ReadAllAsync())
            await drop(name);
    }
}
