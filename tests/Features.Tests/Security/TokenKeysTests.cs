using Chatalot.Shared.Security;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatalot.Features.Tests.Security;

public sealed class TokenKeysTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("token-keys-").FullName;

    private TokenKeyPaths Paths =>
        new()
        {
            PrivateKey = Path.Combine(folder, "secrets", "private.pem"),
            PublicKey = Path.Combine(folder, "public.pem"),
        };

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Missing_files_are_made_once_and_only_the_owner_reads_the_private_one()
    {
        var first = TokenKeys.LoadOrCreate(Paths, NullLogger.Instance);
        var second = TokenKeys.LoadOrCreate(Paths, NullLogger.Instance);

        second.KeyId.ShouldBe(first.KeyId);
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Length.ShouldBe(2);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Paths.PrivateKey).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            (File.GetUnixFileMode(Paths.PublicKey!) & UnixFileMode.OtherRead).ShouldBe(UnixFileMode.OtherRead);
        }
    }

    /// <summary>Made by <c>openssl genpkey -algorithm Ed25519</c> and <c>openssl pkey -pubout</c>.</summary>
    [Fact]
    public void A_pair_made_by_openssl_is_read()
    {
        Write(
            """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEICdPbF3LidA2+0qz6jnHU1FwWxWZAA6euhFeBT++YxTo
            -----END PRIVATE KEY-----
            """,
            """
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEA9wi4fiIDffXQclnNjxNLwYAImRcPifpijRjRoir703w=
            -----END PUBLIC KEY-----
            """
        );

        TokenKeys.LoadOrCreate(Paths, NullLogger.Instance).Signing.PublicKey.Length.ShouldBe(32);
    }

    /// <summary>RFC 8410 section 10.3: version 2 with attributes and the public key.</summary>
    [Fact]
    public void A_private_key_that_carries_its_public_key_is_read()
    {
        Write(
            """
            -----BEGIN PRIVATE KEY-----
            MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
            oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB
            Z9w7lshQhqowtrbLDFw4rXAxZuE=
            -----END PRIVATE KEY-----
            """
        );

        Convert
            .ToHexStringLower(TokenKeys.LoadOrCreate(Paths, NullLogger.Instance).Signing.PublicKey)
            .ShouldBe("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
    }

    [Fact]
    public void Two_files_that_are_no_pair_stop_the_start()
    {
        TokenKeys.LoadOrCreate(Paths, NullLogger.Instance);
        var other = Paths with
        {
            PrivateKey = Path.Combine(folder, "other.pem"),
            PublicKey = Path.Combine(folder, "o.pub"),
        };
        TokenKeys.LoadOrCreate(other, NullLogger.Instance);

        Should
            .Throw<InvalidDataException>(() =>
                TokenKeys.LoadOrCreate(Paths with { PublicKey = other.PublicKey }, NullLogger.Instance)
            )
            .Message.ShouldContain("is not the public half of");
    }

    [Fact]
    public void A_public_key_without_its_private_key_stops_the_start_instead_of_being_replaced()
    {
        TokenKeys.LoadOrCreate(Paths, NullLogger.Instance);
        File.Delete(Paths.PrivateKey);

        Should.Throw<InvalidDataException>(() => TokenKeys.LoadOrCreate(Paths, NullLogger.Instance));
        File.Exists(Paths.PrivateKey).ShouldBeFalse();
    }

    [Fact]
    public void The_public_key_may_be_missing()
    {
        var made = TokenKeys.LoadOrCreate(Paths, NullLogger.Instance);
        File.Delete(Paths.PublicKey!);

        TokenKeys.LoadOrCreate(Paths, NullLogger.Instance).KeyId.ShouldBe(made.KeyId);
        TokenKeys.LoadOrCreate(Paths with { PublicKey = null }, NullLogger.Instance).KeyId.ShouldBe(made.KeyId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----")]
    public void A_file_that_is_no_key_is_named_and_its_content_is_not(string content)
    {
        Write(content);

        var message = Should
            .Throw<InvalidDataException>(() => TokenKeys.LoadOrCreate(Paths, NullLogger.Instance))
            .Message;
        message.ShouldContain(Paths.PrivateKey);
        message.ShouldNotContain("AAAA");
    }

    private void Write(string privateKey, string? publicKey = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Paths.PrivateKey)!);
        File.WriteAllText(Paths.PrivateKey, privateKey);
        if (publicKey is not null)
            File.WriteAllText(Paths.PublicKey!, publicKey);
    }
}
