using System.Formats.Tar;
using Chatalot.Host.Backup;

namespace Chatalot.Features.Tests.Backup;

public sealed class FolderArchiveTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("chatalot-archive-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task What_is_deleted_meanwhile_is_left_out_and_everything_else_is_whole()
    {
        var source = Path.Combine(folder, "files");
        var archive = Path.Combine(folder, "files.tar");
        var restored = Directory.CreateDirectory(Path.Combine(folder, "restored")).FullName;
        for (var i = 0; i < 2000; i++)
        {
            var part = Directory.CreateDirectory(Path.Combine(source, $"{i % 16:x2}")).FullName;
            await File.WriteAllTextAsync(Path.Combine(part, $"{i}"), $"content of {i}");
        }
        var all = Directory.GetFiles(source, "*", SearchOption.AllDirectories);
        var going = all.Where(path => int.Parse(Path.GetFileName(path), null) % 2 == 1).ToList();

        var packing = FolderArchive.CreateAsync(source, archive, CancellationToken.None);
        foreach (var path in going.AsEnumerable().Reverse())
            File.Delete(path);
        await packing;

        await TarFile.ExtractToDirectoryAsync(archive, restored, overwriteFiles: false);
        foreach (var path in all.Except(going))
        {
            var copy = Path.Combine(restored, Path.GetRelativePath(source, path));
            (await File.ReadAllTextAsync(copy)).ShouldBe($"content of {Path.GetFileName(path)}");
        }
    }
}
