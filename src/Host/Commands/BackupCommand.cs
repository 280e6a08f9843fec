using System.CommandLine;
using Chatalot.Host.Backup;

namespace Chatalot.Host.Commands;

/// <summary><c>backup create|verify|restore|list|prune</c>.</summary>
internal static class BackupCommand
{
    private static readonly Option<string> To = new("--to")
    {
        Description = "Folder of the backups; default: backups in DATA_PATH.",
        HelpName = "DIR",
        Recursive = true,
    };
    private static readonly Argument<string?> Name = new("backup")
    {
        Description = "A backup's folder or name; default: the newest.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Option<int> Keep = new("--keep")
    {
        Description = "How many to keep.",
        DefaultValueFactory = _ => 7,
    };
    private static readonly Option<bool> Force = new("--force")
    {
        Description = "Replace what is in the database and in the folders.",
    };

    public static Command Create()
    {
        var backup = new Command("backup", "Save everything, check it and bring it back.") { To };
        backup.Add(Sub("create", "Save database, files and secrets; the server may run.", CreateAsync));
        backup.Add(Sub("verify", "Check a backup's checksums.", VerifyAsync, Name));
        var restore = Sub("restore", "Bring a backup back; the server must not run.", RestoreAsync, Name);
        restore.Add(Force);
        backup.Add(restore);
        backup.Add(Sub("list", "Show the backups, newest first.", ListAsync));
        var prune = Sub("prune", "Delete all but the newest complete backups.", PruneAsync);
        prune.Add(Keep);
        backup.Add(prune);
        return backup;
    }

    private static Command Sub(
        string name,
        string description,
        Func<ParseResult, CancellationToken, Task> run,
        Argument<string?>? argument = null
    )
    {
        var command = new Command(name, description);
        if (argument is not null)
            command.Add(argument);
        command.SetAction(
            async (arguments, ct) =>
            {
                try
                {
                    await run(arguments, ct);
                    return 0;
                }
                catch (Exception reason) when (CommandDatabase.IsExpected(reason) || reason is BackupException)
                {
                    await Console.Error.WriteLineAsync(reason.Message);
                    return 1;
                }
            }
        );
        return command;
    }

    private static async Task CreateAsync(ParseResult arguments, CancellationToken ct)
    {
        await using var database = await CommandDatabase.OpenAsync(arguments, ct);
        var postgres = PostgresClient.Find(database.Settings.Database.PostgresBin);
        var creation = new BackupCreation(
            database.Settings,
            database.ConnectionString,
            postgres,
            TimeProvider.System,
            Console.Out
        );
        var folder = await creation.RunAsync(Shelf(arguments), ct);
        var manifest = await BackupRestore.VerifyAsync(folder, ct);
        await Console.Out.WriteLineAsync($"{folder} ({manifest.Bytes:N0} bytes, checked)");
        await Console.Out.WriteLineAsync("It holds secrets and messages: keep it private, and a copy elsewhere.");
    }

    private static async Task VerifyAsync(ParseResult arguments, CancellationToken ct)
    {
        var folder = await new BackupShelf(Shelf(arguments)).FindAsync(arguments.GetValue(Name), ct);
        var manifest = await BackupRestore.VerifyAsync(folder, ct);
        await Console.Out.WriteLineAsync(
            $"{folder} is good: server {manifest.ServerVersion}, schema {manifest.Schema}, {manifest.CreatedAt:u}, "
                + $"{manifest.Bytes:N0} bytes"
        );
    }

    private static async Task RestoreAsync(ParseResult arguments, CancellationToken ct)
    {
        var folder = await new BackupShelf(Shelf(arguments)).FindAsync(arguments.GetValue(Name), ct);
        await using var database = await CommandDatabase.OpenAsync(arguments, ct, alone: true);
        var postgres = PostgresClient.Find(database.Settings.Database.PostgresBin);
        var force = arguments.GetValue(Force);
        await BackupRestore.RunAsync(folder, database.Settings, database.ConnectionString, postgres, force, ct);
        await Console.Out.WriteLineAsync($"Restored {folder}. Start the server.");
    }

    private static async Task ListAsync(ParseResult arguments, CancellationToken ct)
    {
        foreach (var (folder, manifest) in await new BackupShelf(Shelf(arguments)).ListAsync(ct))
            await Console.Out.WriteLineAsync(
                manifest is null
                    ? $"{Path.GetFileName(folder)}  not complete"
                    : $"{Path.GetFileName(folder)}  {manifest.Bytes, 15:N0} bytes  server {manifest.ServerVersion}"
            );
    }

    private static async Task PruneAsync(ParseResult arguments, CancellationToken ct)
    {
        var keep = arguments.GetValue(Keep);
        if (keep < 1)
            throw new BackupException("--keep must be at least 1: the newest backup is never deleted.");
        foreach (var folder in await new BackupShelf(Shelf(arguments)).PruneAsync(keep, ct))
            await Console.Out.WriteLineAsync($"Deleted {folder}");
    }

    private static string Shelf(ParseResult arguments) =>
        arguments.GetValue(To) ?? Path.Combine(CommandDatabase.SettingsOf(arguments).DataPath, "backups");
}
