using System.CommandLine;

namespace Chatalot.Host.Commands;

/// <summary><c>healthcheck</c>: what container engines run inside the container.</summary>
internal static class HealthcheckCommand
{
    public static Command Create()
    {
        var command = new Command("healthcheck", "Ask the running server for its health; exit code 0 when it is well.");
        command.SetAction(
            (arguments, ct) =>
                Healthcheck.RunAsync(CommandOptions.ListenAddress(arguments), Console.Out, Console.Error, ct)
        );
        return command;
    }
}
