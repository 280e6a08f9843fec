using System.Buffers.Binary;
using Chatalot.Shared.Media;

namespace Chatalot.Features.Tests.Media;

public sealed class BitmapPictureTests
{
    private static readonly byte[] Red = [255, 0, 0];
    private static readonly byte[] Blue = [0, 0, 255];

    [Theory]
    [InlineData(24)]
    [InlineData(32)]
    [InlineData(8)]
    [InlineData(4)]
    [InlineData(1)]
    public void Pixels_of_each_depth_come_out_as_red_green_and_blue(int bits)
    {
        var bitmap = Images.Bitmap(3, 2, bits);
        BitmapPicture.IsReadable(bitmap).ShouldBeTrue();

        using var tiff = new MemoryStream();
        BitmapPicture.TryWriteTiff(new MemoryStream(bitmap), tiff).ShouldBeTrue();

        // Each row red, blue, red; the first that is stored is the lowest.
        byte[] row = [.. Red, .. Blue, .. Red];
        tiff.ToArray()[^18..].ShouldBe([.. row, .. row]);
        BinaryPrimitives.ReadUInt16LittleEndian(tiff.ToArray().AsSpan(10 + 6 * 12 + 8)).ShouldBe((ushort)4);
    }

    [Fact]
    public void Every_cut_and_every_single_wrong_byte_is_refused_or_read_and_never_thrown_over()
    {
        var whole = Images.Bitmap(5, 3, 8);
        for (var length = 0; length < whole.Length; length++)
            BitmapPicture.TryWriteTiff(new MemoryStream(whole[..length]), new MemoryStream()).ShouldBeFalse();
        for (var at = 0; at < BitmapHeaderBytes; at++)
            foreach (var value in new byte[] { 0, 1, 0x7F, 0x80, 0xFF })
            {
                var wrong = (byte[])whole.Clone();
                wrong[at] = value;
                BitmapPicture.TryWriteTiff(new MemoryStream(wrong), new MemoryStream());
            }
    }

    private const int BitmapHeaderBytes = 54;
}
