using System.Security.Cryptography;
using System.Text;
using Chatalot.Features.Auth.TwoFactor;

namespace Chatalot.Features.Tests.Auth.TwoFactor;

public sealed class SecondFactorKeyTests
{
    private const string Text = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private static readonly Guid Rosa = Guid.NewGuid();
    private static readonly Guid Lena = Guid.NewGuid();
    private static readonly byte[] Secret = Totp.NewSecret();
    private readonly SecondFactorKey key = new(Text);

    [Fact]
    public void A_sealed_secret_opens_for_its_user_alone()
    {
        var blob = key.Seal(Rosa, Secret);

        key.Open(Rosa, blob).ShouldBe(Secret);
        SecondFactorKey.IsFirstFormat(blob).ShouldBeFalse();
        Should.Throw<CryptographicException>(() => key.Open(Lena, blob));
        Should.Throw<CryptographicException>(() => new SecondFactorKey(Text + "0").Open(Rosa, blob));
    }

    [Fact]
    public void Every_changed_byte_is_noticed()
    {
        var blob = key.Seal(Rosa, Secret);
        for (var i = 0; i < blob.Length; i++)
        {
            var changed = (byte[])blob.Clone();
            changed[i] ^= 1;
            Should.Throw<CryptographicException>(() => key.Open(Rosa, changed));
        }
    }

    /// <summary>
    /// Nonce, ciphertext and tag under the SHA-256 of the configured text, as existing installations store it.
    /// </summary>
    [Fact]
    public void Secrets_of_existing_installations_open()
    {
        var blob = new byte[48];
        RandomNumberGenerator.Fill(blob.AsSpan(0, 12));
        using (var cipher = new ChaCha20Poly1305(SHA256.HashData(Encoding.UTF8.GetBytes(Text))))
            cipher.Encrypt(blob.AsSpan(0, 12), Secret, blob.AsSpan(12, 20), blob.AsSpan(32, 16));

        key.Open(Rosa, blob).ShouldBe(Secret);
        SecondFactorKey.IsFirstFormat(blob).ShouldBeTrue();
        blob[20] ^= 1;
        Should.Throw<CryptographicException>(() => key.Open(Rosa, blob));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(29)]
    [InlineData(64)]
    public void Anything_else_fails_loudly(int length) =>
        Should.Throw<CryptographicException>(() => key.Open(Rosa, new byte[length]));

    [Theory]
    [InlineData("ABCD-EFGH")]
    [InlineData("abcd-efgh")]
    [InlineData(" abcdefgh ")]
    [InlineData("AB CD-EF GH")]
    public void Backup_codes_are_read_in_any_spelling(string typed) =>
        BackupCodes.Normalise(typed).ShouldBe("ABCD-EFGH");

    [Theory]
    [InlineData("")]
    [InlineData("ABCD-EFG")]
    [InlineData("ABCD-EFGHJ")]
    [InlineData("ABCD-EFG1")]
    [InlineData("A-B-C-D-E-F-G-H-A-B")]
    public void What_is_no_backup_code_is_not_hashed(string typed) => BackupCodes.Normalise(typed).ShouldBeNull();

    [Fact]
    public void The_same_code_is_stored_differently_for_each_user_and_key()
    {
        var code = BackupCodes.New()[0];

        BackupCodes.Hash(key, Rosa, code).ShouldBe(BackupCodes.Hash(key, Rosa, code));
        BackupCodes.Hash(key, Rosa, code).ShouldNotBe(BackupCodes.Hash(key, Lena, code));
        BackupCodes.Hash(key, Rosa, code).ShouldNotBe(BackupCodes.Hash(new SecondFactorKey("x"), Rosa, code));
    }

    [Fact]
    public void A_set_has_eight_different_codes() =>
        BackupCodes.New().Where(code => BackupCodes.Normalise(code) == code).Distinct().Count().ShouldBe(8);

    [Fact]
    public void A_backup_code_is_used_up()
    {
        var codes = BackupCodes.New().Select(code => BackupCodes.Hash(key, Rosa, code)).ToArray();
        var factor = new SecondFactor(Secret, IsEnabled: true, LastStep: 7, codes, IsFirstFormat: false);

        var used = factor.Accept(new PresentedCode(null, codes[3]), DateTimeOffset.UnixEpoch)!;

        used.BackupCodes.Count.ShouldBe(7);
        used.LastStep.ShouldBe(7);
        used.Accept(new PresentedCode(null, codes[3]), DateTimeOffset.UnixEpoch).ShouldBeNull();
        factor.Accept(new PresentedCode(null, null), DateTimeOffset.UnixEpoch).ShouldBeNull();
    }
}
