using QRCoder;

namespace Chatalot.Features.Auth.TwoFactor;

/// <summary>The picture that authenticator apps scan.</summary>
internal static class QrPicture
{
    private const int PixelsPerModule = 4;

    /// <summary>A square SVG document with its quiet zone, black on white.</summary>
    public static string Svg(string text)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var picture = new SvgQRCode(code);
        return picture.GetGraphic(PixelsPerModule);
    }
}
