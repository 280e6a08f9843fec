using System.CommandLine;
using Chatalot.Features.Administration;
using Chatalot.Shared.Logging;

namespace Chatalot.Host.Commands;

/// <summary><c>admin grant</c> and <c>admin reset-password</c>: the way back in for whoever has the machine.</summary>
internal static class AdminCommand
{
    private static readonly Argument<string> Username = new("username") { Description = "Name of the account." };

    public static Command Create()
    {
        var admin = new Command("admin", "Help people in, from the shell of the machine.");
        var grant = new Command("grant", "Make an account admin of the instance.") { Username };
        grant.SetAction((arguments, ct) => RunAsync(arguments, GrantAsync, ct));
        admin.Add(grant);
        var reset = new Command("reset-password", "Give an account a random password and end its logins.") { Username };
        reset.SetAction((arguments, ct) => RunAsync(arguments, ResetAsync, ct));
        admin.Add(reset);
        return admin;
    }

    private static async Task<int> RunAsync(
        ParseResult arguments,
        Func<ShellAccess, string, CancellationToken, Task> run,
        CancellationToken ct
    )
    {
        try
        {
            await using var database = await CommandDatabase.OpenAsync(arguments, ct);
            using var log = LogPipeline.Open(database.Settings.Log with { Files = null });
            await using var app = database.BuildServer(log);
            await run(app.Services.GetRequiredService<ShellAccess>(), arguments.GetValue(Username)!, ct);
            return 0;
        }
        catch (Exception reason) when (CommandDatabase.IsExpected(reason))
        {
            await Console.Error.WriteLineAsync(reason.Message);
            return 1;
        }
    }

    private static async Task GrantAsync(ShellAccess shell, string username, CancellationToken ct)
    {
        if (!await shell.GrantAdminAsync(username, ct))
            throw Unknown(username);
        await Console.Out.WriteLineAsync($"{username} is admin now.");
    }

    private static async Task ResetAsync(ShellAccess shell, string username, CancellationToken ct)
    {
        var password = await shell.ResetPasswordAsync(username, ct) ?? throw Unknown(username);
        await Console.Out.WriteLineAsync($"New password of {username}: {password}");
        await Console.Out.WriteLineAsync("All logins have ended. It is shown this once.");
    }

    private static CommandException Unknown(string username) => new($"There is no account called {username}.");
}
