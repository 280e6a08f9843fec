using Chatalot.Shared.Metrics;

namespace Chatalot.Features.Tests.Metrics;

public sealed class OpenFilesTests
{
    [Fact]
    public void Each_open_file_counts()
    {
        var path = Path.GetTempFileName();
        var before = OpenFiles.Count();

        var opened = Enumerable.Range(0, 500).Select(_ => File.OpenRead(path)).ToList();

        // Other tests open and close some, too.
        (OpenFiles.Count() - before).ShouldBeInRange(300, 700);
        opened.ForEach(file => file.Dispose());
        File.Delete(path);
    }
}
