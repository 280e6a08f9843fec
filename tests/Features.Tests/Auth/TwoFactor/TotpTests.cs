using System.Text;
using Chatalot.Features.Auth.TwoFactor;

namespace Chatalot.Features.Tests.Auth.TwoFactor;

public sealed class TotpTests
{
    private static readonly byte[] RfcSecret = "12345678901234567890"u8.ToArray();
    private static readonly DateTimeOffset Now = new(2031, 4, 5, 6, 7, 8, TimeSpan.Zero);

    /// <summary>RFC 6238, appendix B, for SHA-1; its eight digits end in our six.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void The_codes_are_those_of_the_RFC(long seconds, string code)
    {
        var moment = DateTimeOffset.FromUnixTimeSeconds(seconds);

        Totp.CodeOf(RfcSecret, Totp.StepAt(moment)).ShouldBe(code);
        Totp.FindStep(RfcSecret, code, moment, lastStep: 0).ShouldBe(Totp.StepAt(moment));
    }

    [Fact]
    public void A_code_counts_one_step_early_and_one_step_late_and_no_more()
    {
        var step = Totp.StepAt(Now);
        var code = Totp.CodeOf(RfcSecret, step);

        Totp.FindStep(RfcSecret, code, Now.AddSeconds(-30), 0).ShouldBe(step);
        Totp.FindStep(RfcSecret, code, Now.AddSeconds(30), 0).ShouldBe(step);
        Totp.FindStep(RfcSecret, code, Now.AddSeconds(-60), 0).ShouldBeNull();
        Totp.FindStep(RfcSecret, code, Now.AddSeconds(60), 0).ShouldBeNull();
    }

    [Fact]
    public void A_code_counts_once_and_those_before_it_no_more()
    {
        var factor = new SecondFactor(RfcSecret, IsEnabled: true, LastStep: 0, BackupCodes: [], IsFirstFormat: false);
        var step = Totp.StepAt(Now);

        var used = factor.Accept(Code(step), Now)!;

        used.LastStep.ShouldBe(step);
        used.Accept(Code(step), Now).ShouldBeNull();
        used.Accept(Code(step - 1), Now).ShouldBeNull();
        used.Accept(Code(step + 1), Now).ShouldNotBeNull().LastStep.ShouldBe(step + 1);

        static PresentedCode Code(long step) => new(Totp.CodeOf(RfcSecret, step), null);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("1234567")]
    [InlineData("١٢٣٤٥٦")]
    [InlineData("\ud83d\ude00\ud83d\ude00\ud83d\ude00")]
    public void What_is_no_code_is_wrong(string typed) => Totp.FindStep(RfcSecret, typed, Now, 0).ShouldBeNull();

    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Secrets_are_spelt_as_in_RFC_4648(string text, string base32) =>
        Totp.Base32(Encoding.ASCII.GetBytes(text)).ShouldBe(base32);

    [Fact]
    public void Apps_are_told_name_secret_and_issuer() =>
        Totp.Uri("rosa.k", RfcSecret)
            .ShouldBe("otpauth://totp/Chatalot:rosa.k?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Chatalot");

    [Fact]
    public void The_picture_is_an_SVG_document() =>
        QrPicture.Svg(Totp.Uri("rosa.k", RfcSecret)).ShouldStartWith("<svg ");
}
