using Chatalot.Shared.Errors;
using Chatalot.Shared.Storage;

namespace Chatalot.Features.Tests.Files;

public sealed class DiskSpaceTests
{
    [Fact]
    public async Task Two_that_ask_at_once_never_get_the_same_space()
    {
        var folder = Path.GetTempPath();
        var disk = new DiskSpace(
            new StorageOptions
            {
                Root = folder,
                CacheRoot = folder,
                MinFreeBytes = 0,
            }
        );
        var most = new DriveInfo(folder).AvailableFreeSpace * 6 / 10;

        for (var round = 0; round < 2000; round++)
        {
            using var start = new Barrier(2);
            var claims = await Task.WhenAll(Task.Run(Take), Task.Run(Take));
            claims.Count(claim => claim is not null).ShouldBeLessThan(2);
            foreach (var claim in claims)
                claim?.Dispose();

            DiskSpace.Claim? Take()
            {
                start.SignalAndWait();
                try
                {
                    return disk.Take(most);
                }
                catch (FailureException)
                {
                    return null;
                }
            }
        }

        using var alone = disk.Take(most);
    }
}
