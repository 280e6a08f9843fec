using Chatalot.Host;

namespace Chatalot.Features.Tests.Memory;

public sealed class ProgramPagesTests
{
    private const string Smaps = """
        7f7814000000-7f7814400000 rw-p 00000000 00:00 0
        Size:               4096 kB
        Rss:                4096 kB
        Anonymous:          4096 kB
        7fb8a0000000-7fb8a0550000 r--s 00000000 fe:00 123456                     /srv/chatalot/Chatalot.Features.dll
        Size:               5440 kB
        Rss:                4924 kB
        Anonymous:             0 kB
        VmFlags: rd mr mw me sd
        7fb8a1000000-7fb8a1062000 r--p 003f2000 fe:00 123457                     /usr/lib/with a space/libcrypto.so.3
        Rss:                 392 kB
        Anonymous:           392 kB
        7fb8a2000000-7fb8a2001000 rw-p 003f2000 fe:00 123457                     /usr/lib/libcrypto.so.3
        Rss:                   4 kB
        Anonymous:             0 kB
        7fb8a3000000-7fb8a3500000 r-xs 00000000 00:01 4 /memfd:doublemapper (deleted)
        Rss:                6040 kB
        Anonymous:             0 kB
        7ffd9249f000-7ffd924c0000 r-xp 00000000 00:00 0                          [vdso]
        Rss:                   4 kB
        Anonymous:             0 kB
        7fb8a4000000-7fb8a4b4c000 r-xp 00f00000 fe:00 99                         /usr/share/dotnet/System.Private.CoreLib.dll
        Rss:                6384 kB
        Anonymous:             0 kB
        """;

    private static readonly ProgramPages.Mapping[] Found =
    [
        .. ProgramPages.Mapping.ReadOnlyFiles(Smaps.Split('\n').Select(line => line.TrimEnd('\r'))),
    ];

    [Fact]
    public void Given_the_pages_of_a_process_Then_only_files_that_nobody_can_write_to_are_found() =>
        Found
            .Select(mapping => ((ulong)mapping.Start, (ulong)mapping.Length, mapping.Resident))
            .ShouldBe([
                (0x7fb8a0000000ul, 0x550000ul, 4924L),
                (0x7fb8a1000000ul, 0x62000ul, 392L),
                (0x7fb8a4000000ul, 0xb4c000ul, 6384L),
            ]);

    [Fact]
    public void Given_pages_that_differ_from_their_file_Then_the_mapping_is_not_unchanged() =>
        Found.Select(mapping => mapping.IsUnchanged).ShouldBe([true, false, true]);

    [Fact]
    public void Given_a_running_process_Then_its_files_leave_memory_at_the_second_call_and_it_goes_on()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var pages = new ProgramPages();
        pages.GiveBack();
        var before = Resident();

        pages.GiveBack();

        // Other tests run meanwhile and take back what they need.
        Resident().ShouldBeLessThan(before * 3 / 4);
        "still here".Split(' ').Length.ShouldBe(2);
    }

    /// <summary>Kilobytes of files in the memory of this process.</summary>
    private static long Resident() =>
        ProgramPages.Mapping.ReadOnlyFiles(File.ReadLines("/proc/self/smaps")).Sum(mapping => mapping.Resident);
}
