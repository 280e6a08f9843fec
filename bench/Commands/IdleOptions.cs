using System.CommandLine;

namespace Chatalot.Bench.Commands;

/// <summary>The options of an idle run, the same for the real and the bare server.</summary>
internal sealed class IdleOptions
{
    private readonly Option<int> _sockets = new("--sockets")
    {
        Description = "idle sockets",
        DefaultValueFactory = _ => 5000,
    };
    private readonly Option<int> _channels = new("--channels")
    {
        Description = "channels that each socket subscribes to",
        DefaultValueFactory = _ => 1,
    };
    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "idle time over which CPU is measured",
        DefaultValueFactory = _ => 10,
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_sockets);
        command.Options.Add(_channels);
        command.Options.Add(_seconds);
    }

    public (int Sockets, int Channels, double Seconds) Read(ParseResult arguments) =>
        (arguments.GetValue(_sockets), arguments.GetValue(_channels), arguments.GetValue(_seconds));
}
