using Chatalot.Host.Backup;

namespace Chatalot.Features.Tests.Backup;

public sealed class PostgresClientTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("chatalot-client-").FullName;

    public PostgresClientTests()
    {
        var program = Path.Combine(folder, "pg_dump");
        File.WriteAllText(program, "#!/bin/sh\nenv | grep ^PGSSL | sort | tr '\\n' ' '\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("", "PGSSLMODE=prefer")]
    [InlineData("SSL Mode=Require", "PGSSLMODE=require")]
    [InlineData("SSL Mode=VerifyFull", "PGSSLMODE=require")]
    [InlineData("SSL Mode=VerifyFull;Root Certificate=/ca.pem", "PGSSLMODE=verify-full PGSSLROOTCERT=/ca.pem")]
    [InlineData("SSL Mode=VerifyCA;Root Certificate=/ca.pem", "PGSSLMODE=verify-ca PGSSLROOTCERT=/ca.pem")]
    public async Task The_programs_connect_as_safely_as_the_server(string settings, string environment)
    {
        var client = PostgresClient.Find(folder);

        var said = await client.RunAsync("pg_dump", $"Host=db.example;{settings}", [], CancellationToken.None);

        said.Trim().ShouldBe(environment);
    }
}
