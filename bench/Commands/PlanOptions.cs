using System.CommandLine;
using Chatalot.Bench.Load;

namespace Chatalot.Bench.Commands;

/// <summary>The options that shape a fan-out load, the same for the real and the bare server.</summary>
internal sealed class PlanOptions
{
    private readonly Option<int> _rooms = NumberOption.Create("--rooms", "channels", 10);
    private readonly Option<int> _members = NumberOption.Create(
        "--members",
        "sockets subscribed to each channel, senders included",
        50
    );
    private readonly Option<int> _senders = NumberOption.Create("--senders", "members of each channel that send", 5);
    private readonly Option<int> _outstanding = NumberOption.Create(
        "--outstanding",
        "unacknowledged messages that each sender keeps",
        4
    );
    private readonly Option<int> _bytes = NumberOption.Create("--bytes", "text bytes of a message, at least 22", 300);
    private readonly Option<int> _threads = NumberOption.Create(
        "--threads",
        "generator threads",
        Math.Max(1, Environment.ProcessorCount / 2)
    );
    private readonly Option<double> _seconds = Seconds("--seconds", "measured time", 10);
    private readonly Option<double> _warmup = Seconds("--warmup", "time under load before measuring", 2);
    private readonly Option<double?> _rate = new("--rate")
    {
        Description = "messages a second of all senders together, instead of a closed loop",
    };

    public void AddTo(Command command)
    {
        foreach (
            Option option in (Option[])
                [_rooms, _members, _senders, _outstanding, _seconds, _bytes, _rate, _warmup, _threads]
        )
            command.Options.Add(option);
    }

    /// <exception cref="ArgumentException">The numbers do not go together.</exception>
    public FanoutPlan Read(ParseResult arguments)
    {
        var plan = new FanoutPlan(
            arguments.GetValue(_rooms),
            arguments.GetValue(_members),
            arguments.GetValue(_senders),
            arguments.GetValue(_outstanding),
            arguments.GetValue(_seconds),
            arguments.GetValue(_bytes),
            arguments.GetValue(_rate),
            arguments.GetValue(_warmup),
            arguments.GetValue(_threads)
        );
        if (plan.Senders > plan.Members)
            throw new ArgumentException("--senders cannot exceed --members");
        return plan;
    }

    private static Option<double> Seconds(string name, string description, double value) =>
        new(name) { Description = $"{description}, in seconds", DefaultValueFactory = _ => value };
}
