using Chatalot.Host.Backup;
using Chatalot.Host.Configuration;
using Chatalot.Integration.Tests.Infrastructure;
using Npgsql;

namespace Chatalot.Integration.Tests.Hosting;

/// <summary>
/// Backups with PostgreSQL's own programs, brought back into a database that has never seen a server.
/// </summary>
public sealed class BackupTests
{
    [Fact]
    public async Task Given_a_backup_of_a_running_server_When_it_is_restored_elsewhere_Then_everything_is_there()
    {
        await using var server = await TestServer.StartAsync();
        var rosa = await server.AddPersonAsync("rosa");
        using var shelf = new Folder();
        var settings = SettingsOf(server.Folder, server.Database);
        Directory.CreateDirectory(settings.Files.StoragePath);
        await File.WriteAllTextAsync(Path.Combine(settings.Files.StoragePath, "picture"), "pixels");

        var backup = await CreateAsync(settings, server.Database, shelf);

        using var elsewhere = new Folder();
        await using var empty = await TestDatabase.CreateEmptyAsync();
        var target = SettingsOf(elsewhere.Path, empty);
        await BackupRestore.RunAsync(backup, target, empty.ConnectionString, PostgresClient.Find(null), false, default);

        (await empty.ScalarAsync("select data ->> 'username' from mt_doc_user")).ShouldBe("rosa");
        (await File.ReadAllTextAsync(Path.Combine(target.Files.StoragePath, "picture"))).ShouldBe("pixels");
        (await File.ReadAllTextAsync(Path.Combine(elsewhere.Path, "secrets", "jwt_private.pem"))).ShouldBe(
            await File.ReadAllTextAsync(Path.Combine(server.Folder, "secrets", "jwt_private.pem"))
        );
        // The restored schema is one that this build accepts, with nothing left to do.
        await TestServer.MigrateAsync(empty.ConnectionString);
        (await rosa.GetAsync("/account/me")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Given_an_update_that_is_to_be_saved_before_Then_the_database_is_dumped_once_before_its_schema_changes()
    {
        await using var server = await TestServer.StartAsync(new() { ["BACKUP_BEFORE_MIGRATE"] = "true" });
        await server.AddPersonAsync("rosa");
        var shelf = Path.Combine(server.Folder, "backups");
        Directory.Exists(shelf).ShouldBeFalse("there was nothing to change");
        // The last script that may run twice.
        await server.ExecuteAsync("delete from schema_scripts where number = 540");

        await server.MigrateAsync();
        await server.MigrateAsync();

        var dump = Directory.GetFiles(shelf).ShouldHaveSingleItem();
        Path.GetFileName(dump).ShouldMatch("^before-update-[0-9]{8}T[0-9]{6}Z[.]dump$");
        File.GetUnixFileMode(dump).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using var empty = await TestDatabase.CreateEmptyAsync();
        var target = new NpgsqlConnectionStringBuilder(empty.ConnectionString);
        await PostgresClient
            .Find(null)
            .RunAsync(
                "pg_restore",
                empty.ConnectionString,
                ["--no-owner", "--no-comments", $"--dbname={target.Database}", dump],
                default
            );
        (await empty.ScalarAsync("select data ->> 'username' from mt_doc_user")).ShouldBe("rosa");
        (await empty.ScalarAsync("select count(*) from schema_scripts where number = 540")).ShouldBe(0L);
    }

    [Fact]
    public async Task Given_an_update_that_cannot_be_saved_before_Then_the_schema_stays_as_it_is()
    {
        await using var server = await TestServer.StartAsync(new() { ["BACKUP_BEFORE_MIGRATE"] = "true" });
        await server.ExecuteAsync("delete from schema_scripts where number = 540");
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "backups"), "in the way");

        await Should.ThrowAsync<BackupException>(server.MigrateAsync);

        (await server.QueryAsync<long>("select count(*) from schema_scripts where number = 540")).ShouldBe(0);
    }

    [Fact]
    public async Task Given_something_in_its_place_Then_a_restore_refuses_unless_it_is_insisted_on()
    {
        await using var server = await TestServer.StartAsync();
        await server.AddPersonAsync("rosa");
        using var shelf = new Folder();
        var settings = SettingsOf(server.Folder, server.Database);
        var backup = await CreateAsync(settings, server.Database, shelf);
        await server.ExecuteAsync("delete from mt_doc_user");

        await Should.ThrowAsync<BackupException>(() => RestoreAsync(force: false));
        (await server.QueryAsync<long>("select count(*) from mt_doc_user")).ShouldBe(0);
        await RestoreAsync(force: true);
        (await server.QueryAsync<long>("select count(*) from mt_doc_user")).ShouldBe(1);

        Task RestoreAsync(bool force) =>
            BackupRestore.RunAsync(
                backup,
                settings,
                server.Database.ConnectionString,
                PostgresClient.Find(null),
                force,
                default
            );
    }

    [Fact]
    public async Task Given_a_damaged_or_unfinished_backup_Then_it_is_not_trusted_and_prune_keeps_the_good_ones()
    {
        await using var server = await TestServer.StartAsync();
        using var shelf = new Folder();
        var settings = SettingsOf(server.Folder, server.Database);
        var backup = await CreateAsync(settings, server.Database, shelf);
        (await BackupRestore.VerifyAsync(backup, default)).Schema.ShouldBeGreaterThan(300);
        Directory.CreateDirectory(Path.Combine(shelf.Path, "chatalot-backup-20300101T000000Z.unfinished"));

        var all = new BackupShelf(shelf.Path);
        (await all.FindAsync(null, default)).ShouldBe(backup);
        (await all.PruneAsync(keep: 1, default)).Count.ShouldBe(1);
        (await all.ListAsync(default)).Single().Folder.ShouldBe(backup);
        File.Exists(Path.Combine(shelf.Path, BackupCreation.Marker)).ShouldBeTrue();

        await using (var file = File.OpenWrite(Path.Combine(backup, BackupManifest.Database)))
            file.WriteByte(0);
        (
            await Should.ThrowAsync<BackupException>(() => BackupRestore.VerifyAsync(backup, default))
        ).Message.ShouldContain("damaged");
    }

    [Fact]
    public async Task Given_somebody_who_makes_a_backup_Then_nobody_else_makes_or_deletes_one_there()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var shelf = new Folder();
        var beingMade = Path.Combine(shelf.Path, "chatalot-backup-20300101T000000Z.unfinished");
        Directory.CreateDirectory(beingMade);
        using (new BackupShelf(shelf.Path).Take())
        {
            var creation = await Should.ThrowAsync<BackupException>(() =>
                CreateAsync(SettingsOf(shelf.Path, database), database, shelf)
            );
            creation.Message.ShouldStartWith($"Another command makes or deletes backups in {shelf.Path}");
            await Should.ThrowAsync<BackupException>(() => new BackupShelf(shelf.Path).PruneAsync(1, default));
            Directory.Exists(beingMade).ShouldBeTrue();
        }

        (await new BackupShelf(shelf.Path).PruneAsync(1, default)).ShouldBe([beingMade]);
    }

    [Fact]
    public async Task Given_a_backup_of_a_newer_server_Then_it_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        await server.ExecuteAsync(
            "insert into schema_scripts (number, name, checksum, duration_ms) values (9999, 'later', 'x', 0)"
        );
        using var shelf = new Folder();
        var settings = SettingsOf(server.Folder, server.Database);
        var backup = await CreateAsync(settings, server.Database, shelf);

        var refusal = await Should.ThrowAsync<BackupException>(() =>
            BackupRestore.RunAsync(
                backup,
                settings,
                server.Database.ConnectionString,
                PostgresClient.Find(null),
                force: true,
                default
            )
        );
        refusal.Message.ShouldContain("newer schema (9999");
    }

    [Fact]
    public async Task Given_no_database_Then_no_backup_is_left_behind()
    {
        using var shelf = new Folder();
        await using var gone = await TestDatabase.CreateEmptyAsync();
        var settings = SettingsOf(shelf.Path, gone);
        var nowhere = new NpgsqlConnectionStringBuilder(gone.ConnectionString) { Database = "nowhere" };
        var creation = new BackupCreation(
            settings,
            nowhere.ConnectionString,
            PostgresClient.Find(null),
            TimeProvider.System,
            TextWriter.Null
        );

        await Should.ThrowAsync<BackupException>(() => creation.RunAsync(shelf.Path, default));

        Directory.GetDirectories(shelf.Path, "chatalot-backup-*").ShouldBeEmpty();
    }

    private static Task<string> CreateAsync(ServerSettings settings, TestDatabase database, Folder shelf) =>
        new BackupCreation(
            settings,
            database.ConnectionString,
            PostgresClient.Find(null),
            TimeProvider.System,
            TextWriter.Null
        ).RunAsync(shelf.Path, default);

    private static ServerSettings SettingsOf(string folder, TestDatabase database) =>
        SettingsBinder
            .Bind(
                new Dictionary<string, string> { ["DATA_PATH"] = folder, ["DATABASE_URL"] = database.ConnectionString },
                new Dictionary<string, string>()
            )
            .Settings!;

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("chatalot-backup-test-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
