using Chatalot.Features.Maintenance;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Maintenance;

/// <summary>Files on disk that no record knows: they go, by way of the trash, and nothing else does.</summary>
public sealed class OrphanFileTests
{
    [Fact]
    public async Task J2_J3_J5_G43_Given_stray_files_Then_only_old_ones_of_known_folders_go_to_the_trash_and_later_for_good()
    {
        await using var server = await TestServer.StartAsync();
        var rosa = await server.AddPersonAsync("rosa");
        await server.ExecuteAsync(
            $$"""
            update mt_doc_user set data = data || '{"avatar_url": "/api/avatars/mine.png?v=1"}' where id = '{{rosa.Id}}'
            """
        );
        var files = new Store(server);
        files.Write("avatars/mine.png", daysOld: 30);
        files.Write("avatars/stray.png", daysOld: 2);
        files.Write("avatars/just-now.png", daysOld: 0);
        files.Write("exports/of-an-account-that-is-gone.zip", daysOld: 2);
        files.Write("unknown/nobody-speaks-for-it", daysOld: 30);

        (await server.RunJobAsync<SweepOrphanFiles>(dryRun: true)).Items.ShouldBe(2);
        files.All.Count.ShouldBe(5);
        (await server.RunJobAsync<SweepOrphanFiles>()).Items.ShouldBe(2);
        files.All.ShouldBe(["avatars/just-now.png", "avatars/mine.png", "unknown/nobody-speaks-for-it"]);
        files.Trash.Count.ShouldBe(2);
        files.Trash[0].ShouldEndWith("avatars/stray.png");

        server.Clock.Advance(TimeSpan.FromDays(9));
        File.SetLastWriteTimeUtc(files.PathOf("avatars/just-now.png"), server.Clock.GetUtcNow().UtcDateTime);
        await server.RunJobAsync<SweepOrphanFiles>();
        files.Trash.ShouldBeEmpty();
    }

    [Fact]
    public async Task J4_Given_records_of_another_folder_Then_nothing_is_moved_and_the_job_fails_loudly()
    {
        await using var server = await TestServer.StartAsync();
        var files = new Store(server);
        for (var i = 0; i < 10; i++)
            files.Write($"avatars/{i}.png", daysOld: 30);

        var run = await server.RunJobAsync<SweepOrphanFiles>();

        run.Outcome.ShouldBe("failed");
        run.Error!.ShouldContain("10 of 10");
        files.All.Count.ShouldBe(10);
    }

    [Fact]
    public async Task Given_a_file_that_cannot_be_moved_Then_it_is_named_and_the_others_go()
    {
        await using var observed = await ObservedServer.StartAsync();
        var server = observed.Server;
        var files = new Store(server);
        files.Write("avatars/kept.png", daysOld: 2);
        files.Write("exports/stray.zip", daysOld: 2);
        files.BlockTrash("avatars");

        var run = await server.RunJobAsync<SweepOrphanFiles>();

        (run.Outcome, run.Items).ShouldBe(("failed", 1));
        files.All.ShouldBe(["avatars/kept.png"]);
        await observed.LineAsync("WARN Chatalot.Maintenance: Orphan cleanup: failed to remove avatars/kept.png: ");
        await observed.LineAsync("INFO Chatalot.Maintenance: Orphan cleanup: removed 1 disk files with no DB record");
        await observed.LineAsync(
            "WARN Chatalot.Maintenance: Orphan cleanup failed: IOException: 1 files with no record could not be moved."
        );
    }

    private sealed class Store(TestServer server)
    {
        private readonly StorageOptions options = server.Services.GetRequiredService<StorageOptions>();

        public List<string> All => Below(options.Root);

        public List<string> Trash => Below(Path.Combine(options.CacheRoot, "trash"));

        public string PathOf(string key) => Path.Combine(options.Root, key);

        public void Write(string key, int daysOld)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(key))!);
            File.WriteAllText(PathOf(key), "pixels");
            File.SetLastWriteTimeUtc(PathOf(key), server.Clock.GetUtcNow().UtcDateTime.AddDays(-daysOld));
        }

        /// <summary>A file stands where today's trash wants the folder.</summary>
        public void BlockTrash(string folder)
        {
            var day = Path.Combine(options.CacheRoot, "trash", $"{server.Clock.GetUtcNow():yyyyMMdd}");
            Directory.CreateDirectory(day);
            File.WriteAllText(Path.Combine(day, folder), "");
        }

        private static List<string> Below(string folder) =>
            Directory.Exists(folder)
                ?
                [
                    .. Directory
                        .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                        .Select(path => Path.GetRelativePath(folder, path))
                        .Order(StringComparer.Ordinal),
                ]
                : [];
    }
}
