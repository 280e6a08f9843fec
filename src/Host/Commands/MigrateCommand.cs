using System.CommandLine;
using Chatalot.Features.Frames;
using Chatalot.Host.Backup;
using Chatalot.Shared.Logging;
using Chatalot.Shared.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatalot.Host.Commands;

/// <summary>
/// <c>migrate</c>: brings the database to this build's schema without serving; a start does the same.
/// </summary>
internal static class MigrateCommand
{
    private static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Only tell which scripts would be applied.",
    };

    public static Command Create()
    {
        var command = new Command("migrate", "Bring the database to this version's schema.") { DryRun };
        command.SetAction(
            async (arguments, ct) =>
            {
                try
                {
                    await using var database = await CommandDatabase.OpenAsync(arguments, ct);
                    if (arguments.GetValue(DryRun))
                        await TellAsync(database, ct);
                    else
                        await ApplyAsync(database, ct);
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

    private static async Task ApplyAsync(CommandDatabase database, CancellationToken ct)
    {
        using var log = LogPipeline.Open(database.Settings.Log with { Files = null });
        await using var app = database.BuildServer(log);
        await app.Services.GetRequiredService<DatabaseStartup>().MigrateAsync(ct);
    }

    private static async Task TellAsync(CommandDatabase database, CancellationToken ct)
    {
        var migrator = new SchemaMigrator(
            new DatabaseOptions { ConnectionString = database.ConnectionString },
            SchemaScript.FromAssembly(typeof(IClientFrame).Assembly),
            NullLogger<SchemaMigrator>.Instance,
            TimeProvider.System
        );
        var waiting = await migrator.FindMissingAsync(ct);
        foreach (var script in waiting)
            await Console.Out.WriteLineAsync($"would apply {script.FullName}");
        if (waiting.Count == 0)
            await Console.Out.WriteLineAsync("The schema is up to date.");
    }
}
