using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Tests.Postgres;

public sealed class DatabaseUrlTests
{
    private const string Secret = "s3cret";

    [Theory]
    [InlineData("postgres://ann:pw@db.example:5433/chat", "db.example", 5433, "ann", "pw", "chat")]
    [InlineData("postgresql://ann:pw@db.example/chat", "db.example", 5432, "ann", "pw", "chat")]
    [InlineData("  postgres://ann@db.example/chat \n", "db.example", 5432, "ann", null, "chat")]
    [InlineData("postgres://a%40b:p%2Fw%3A%23%25@h/c%20d", "h", 5432, "a@b", "p/w:#%", "c d")]
    [InlineData("postgres://ann:p@ss/w:rd@h/chat", "h", 5432, "ann", "p@ss/w:rd", "chat")]
    [InlineData("postgres://ann:pw@[::1]:5433/chat", "::1", 5433, "ann", "pw", "chat")]
    [InlineData("postgres://ann:pw@[2001:db8::7]/chat", "2001:db8::7", 5432, "ann", "pw", "chat")]
    [InlineData("postgres:///chat?host=/run/postgresql&user=ann", "/run/postgresql", 5432, "ann", null, "chat")]
    [InlineData("postgres://ann:pw@%2Frun%2Fpg/chat", "/run/pg", 5432, "ann", "pw", "chat")]
    [InlineData("postgres://ann:pw@h/chat?statement-cache-capacity=0", "h", 5432, "ann", "pw", "chat")]
    [InlineData("host=h port=5433 user=ann password=pw dbname=chat", "h", 5433, "ann", "pw", "chat")]
    [InlineData(@"host = h user=ann password='p w\'s; \\x' dbname=chat", "h", 5432, "ann", @"p w's; \x", "chat")]
    [InlineData("host=h user=ann password=a;b=c dbname=chat", "h", 5432, "ann", "a;b=c", "chat")]
    [InlineData("host=h", "h", 5432, null, null, null)]
    [InlineData("Host=h;Port=5433;Username=ann;Password=pw;Database=chat", "h", 5433, "ann", "pw", "chat")]
    [InlineData("Server=h; User Id=ann; Password='p;w'; Database=chat", "h", 5432, "ann", "p;w", "chat")]
    public void It_reads(string text, string host, int port, string? user, string? password, string? database)
    {
        DatabaseUrl.TryParse(text, out var connection, out var error).ShouldBeTrue(error);

        connection!.Host.ShouldBe(host);
        connection.Port.ShouldBe(port);
        connection.Username.ShouldBe(user);
        connection.Password.ShouldBe(password);
        connection.Database.ShouldBe(database);
    }

    [Theory]
    [InlineData("disable", SslMode.Disable)]
    [InlineData("allow", SslMode.Allow)]
    [InlineData("prefer", SslMode.Prefer)]
    [InlineData("require", SslMode.Require)]
    [InlineData("verify-ca", SslMode.VerifyCA)]
    [InlineData("verify-full", SslMode.VerifyFull)]
    public void It_knows_every_sslmode(string word, SslMode mode)
    {
        Read($"postgres://ann:pw@h/chat?sslmode={word}").SslMode.ShouldBe(mode);
        Read($"host=h dbname=chat sslmode={word}").SslMode.ShouldBe(mode);
    }

    [Fact]
    public void Without_sslmode_encryption_is_preferred() => Read("postgres://h/chat").SslMode.ShouldBe(SslMode.Prefer);

    [Fact]
    public void Options_and_names_of_the_application_are_taken_over()
    {
        var connection = Read("postgres://h/chat?application_name=my%20chat&connect_timeout=7&options=-c%20jit%3Doff");

        connection.ApplicationName.ShouldBe("my chat");
        connection.Timeout.ShouldBe(7);
        connection.Options.ShouldBe("-c jit=off");
    }

    [Fact]
    public void Given_a_root_certificate_When_encryption_is_required_Then_the_server_is_verified()
    {
        var certificate = typeof(DatabaseUrlTests).Assembly.Location;

        var connection = Read($"postgres://h/chat?sslmode=require&sslrootcert={Uri.EscapeDataString(certificate)}");

        connection.RootCertificate.ShouldBe(certificate);
        connection.SslMode.ShouldBe(SslMode.VerifyCA);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("   ", "it is empty")]
    [InlineData("mysql://ann:s3cret@h/chat", "a URL must start with postgres:// or postgresql://")]
    [InlineData("localhost", "it is neither a postgres:// URL nor a list of name=value settings")]
    [InlineData("postgres://ann:s3cret@/chat", "it names no host")]
    [InlineData("postgres://ann:s3cret", "the port must be a number from 1 to 65535")]
    [InlineData("postgres://ann:s3cret@h:0/chat", "the port must be a number from 1 to 65535")]
    [InlineData("postgres://ann:s3cret@h:65536/chat", "the port must be a number from 1 to 65535")]
    [InlineData("postgres://ann:s3cret@h1,h2/chat", "it names several hosts; name one")]
    [InlineData("postgres://ann:s3cret@[zz]/chat", "the IPv6 address in brackets is not an address")]
    [InlineData("postgres://ann:s3cret@[::1", "the IPv6 address in brackets is not an address")]
    [InlineData("postgres://ann:s3cret@[::1]x/chat", "only a port may follow the address in brackets")]
    [InlineData("postgres://ann:s3cret%@h/chat", "'%' in the password must be written as %25")]
    [InlineData("postgres://ann:s3cret%zz@h/chat", "'%' in the password must be written as %25")]
    [InlineData(
        "postgres://ann:s3cret#x@h/chat",
        "it holds '#', which must be written as %23 in a user name or password"
    )]
    [InlineData(
        "postgres://ann:x?s3cret@h/chat",
        "it holds '?' before '@', which must be written as %3F in a user name or password"
    )]
    [InlineData("postgres://h/chat?sslmoode=require", "'sslmoode' is not a setting that is known")]
    [InlineData(
        "postgres://h/chat?sslmode=yes",
        "sslmode 'yes' must be one of disable, allow, prefer, require, verify-ca, verify-full"
    )]
    [InlineData("postgres://h/chat?sslrootcert=/no/such.pem", "sslrootcert names '/no/such.pem', which does not exist")]
    [InlineData(
        "postgres://h/chat?connect_timeout=soon",
        "connect_timeout 'soon' must be a number of seconds from 0 to 1024"
    )]
    [InlineData("dbname=chat user=ann", "it names no host")]
    [InlineData("host=h password='s3cret", "the quote around password is not closed")]
    [InlineData(
        "host=h password=my s3cret x=y",
        "a setting after the password is not known; is the password in quotes?"
    )]
    [InlineData("host=h user=ann trailing", "a setting at its end has no '='")]
    [InlineData("Host=h;Prot=5432", "'prot' is not a setting that is known")]
    [InlineData("Host=h;Port=many", "the value of 'port' is not valid")]
    [InlineData("Host=h;Password=x;s3cret=y", "a setting after the password is not known; is the password in quotes?")]
    public void It_refuses(string text, string reason)
    {
        DatabaseUrl.TryParse(text, out var connection, out var error).ShouldBeFalse();

        connection.ShouldBeNull();
        error.ShouldBe(reason);
        error.ShouldNotContain(Secret);
    }

    private static NpgsqlConnectionStringBuilder Read(string text)
    {
        DatabaseUrl.TryParse(text, out var connection, out var error).ShouldBeTrue(error);
        return connection!;
    }
}
