using System.Text;
using Chatalot.Shared.Media;

namespace Chatalot.Features.Tests.Media;

public sealed class ImageMetadataTests
{
    private const long MaxPixels = 1_000_000;

    public static TheoryData<ImageFormat, byte[]> Pictures =>
        new()
        {
            { ImageFormat.Jpeg, Images.Jpeg() },
            { ImageFormat.Png, Images.Png() },
            { ImageFormat.Png, Images.Png(isAnimated: true) },
            { ImageFormat.Webp, Images.Webp() },
            { ImageFormat.Gif, Images.Gif() },
        };

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Nothing_but_the_picture_remains(ImageFormat format, byte[] picture)
    {
        var clean = Clean(format, picture);

        Latin(picture).ShouldContain(Images.Secret);
        Latin(clean).ShouldNotContain(Images.Secret);
        Clean(format, clean).ShouldBe(clean, "what is clean stays as it is");
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void A_picture_that_is_cut_anywhere_is_repaired_or_refused(ImageFormat format, byte[] picture)
    {
        for (var length = 0; length < picture.Length; length++)
        {
            try
            {
                Latin(Clean(format, picture[..length])).ShouldNotContain(Images.Secret);
            }
            catch (Exception refusal) when (refusal is MalformedImageException or EndOfStreamException)
            {
                // Fine as well.
            }
        }
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Any_damage_ends_in_a_picture_or_a_refusal(ImageFormat format, byte[] picture)
    {
        var random = new Random(4711);
        for (var round = 0; round < 2000; round++)
        {
            var damaged = picture.ToArray();
            for (var hit = random.Next(1, 6); hit > 0; hit--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                Clean(format, damaged);
            }
            catch (Exception refusal) when (refusal is MalformedImageException or EndOfStreamException)
            {
                // The only two ways to refuse.
            }
        }
    }

    [Theory]
    [InlineData(6)]
    [InlineData(3)]
    public void Orientation_stays(byte orientation)
    {
        Latin(Clean(ImageFormat.Jpeg, Images.Jpeg(orientation: orientation))).ShouldContain(TurnedBy(orientation));
        Latin(Clean(ImageFormat.Png, Images.Png(orientation: orientation))).ShouldContain(TurnedBy(orientation));
        Latin(Clean(ImageFormat.Webp, Images.Webp(orientation: orientation))).ShouldContain(TurnedBy(orientation));
    }

    [Fact]
    public void Upright_pictures_keep_no_exif_at_all()
    {
        Latin(Clean(ImageFormat.Jpeg, Images.Jpeg(orientation: 1))).ShouldNotContain("Exif");
        Latin(Clean(ImageFormat.Png, Images.Png(orientation: 1))).ShouldNotContain("eXIf");
        Latin(Clean(ImageFormat.Webp, Images.Webp(orientation: 1))).ShouldNotContain("EXIF");
    }

    [Fact]
    public void Pixels_colours_and_animation_stay()
    {
        Latin(Clean(ImageFormat.Jpeg, Images.Jpeg())).ShouldContain("scan\u00FF\0\u00FF\u00D0more\u00FF\u00D9");
        Latin(Clean(ImageFormat.Jpeg, Images.Jpeg())).ShouldContain("ICC_PROFILE\0\u0001\u0001profile");
        Latin(Clean(ImageFormat.Png, Images.Png(isAnimated: true))).ShouldContain("acTL");
        Latin(Clean(ImageFormat.Png, Images.Png(isAnimated: true))).ShouldContain("fcTL");
        Latin(Clean(ImageFormat.Webp, Images.Webp())).ShouldContain("profile");
        Latin(Clean(ImageFormat.Gif, Images.Gif())).ShouldContain("NETSCAPE2.0");
    }

    [Fact]
    public void The_length_of_a_webp_file_is_right_again()
    {
        var clean = Clean(ImageFormat.Webp, Images.Webp());

        BitConverter.ToUInt32(clean, 4).ShouldBe((uint)clean.Length - 8);
    }

    [Fact]
    public void Pixels_are_bounded_before_anybody_decodes()
    {
        var bombs = new (ImageFormat, byte[])[]
        {
            (ImageFormat.Jpeg, Images.Jpeg(width: 60_000, height: 60_000)),
            (ImageFormat.Webp, Images.Webp(width: 16_000, height: 16_000)),
            (ImageFormat.Gif, Images.Gif(width: 60_000, height: 60_000)),
        };
        foreach (var (format, bomb) in bombs)
            Should.Throw<MalformedImageException>(() => Clean(format, bomb)).Message.ShouldContain("pixels");
    }

    private static string TurnedBy(byte orientation) =>
        $"II*\0\b\0\0\0\u0001\0\u0012\u0001\u0003\0\u0001\0\0\0{(char)orientation}\0";

    private static string Latin(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static byte[] Clean(ImageFormat format, byte[] picture)
    {
        using var target = new MemoryStream();
        ImageMetadata.Remove(format, new MemoryStream(picture), target, MaxPixels);
        return target.ToArray();
    }
}
