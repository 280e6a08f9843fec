using System.CommandLine;
using Chatalot.Bench.Floor;

namespace Chatalot.Bench.Commands;

/// <summary>The bare server itself, started by other commands; ends when they do.</summary>
internal static class FloorServerCommand
{
    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "port on the loopback address; 0 picks one" };
        var command = new Command("floor-server", "Bare WebSocket fan-out without storage.") { Hidden = true };
        command.Options.Add(port);
        command.SetAction(
            async (arguments, ct) =>
            {
                using var parentGone = CancellationTokenSource.CreateLinkedTokenSource(ct);
                _ = Task.Run(
                    async () =>
                    {
                        // The parent holds the other end of this pipe: it ends when the parent does, however that
                        // happens.
                        while (await Console.In.ReadLineAsync(ct) is not null) { }
                        await parentGone.CancelAsync();
                    },
                    ct
                );
                await BareServer.RunAsync(arguments.GetValue(port), parentGone.Token);
                return 0;
            }
        );
        return command;
    }
}
