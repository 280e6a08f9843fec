using System.Net.Sockets;
using System.Text;
using Chatalot.Integration.Tests.Guide;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Hosting;

/// <summary>Signals that come when they are least expected (contract, operations.md 3.2).</summary>
public sealed class SignalTests
{
    private const string HalfARequest =
        "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + "Content-Length: 9\r\n\r\n{";

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("HUP")]
    public async Task Given_a_signal_while_the_private_database_starts_Then_the_server_stops_as_it_always_does(
        string signal
    )
    {
        await using var server = ServerProcess.Begin();
        await server.LineAsync("Starting Chatalot server");

        (await server.StopAsync(signal)).ShouldBe(0);

        await server.LineAsync("Shutdown signal received");
        server.Lines[^1].ShouldContain("Server shut down gracefully: ");
        server.Lines.ShouldAllBe(line => !line.Contains(" ERROR ") && !line.Contains("Listening on "));
    }

    [Fact]
    public async Task Given_a_stop_that_waits_for_a_request_When_a_second_signal_comes_Then_the_server_ends_at_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var server = await ServerProcess.StartAsync(
            database.ConnectionString,
            ("RUST_LOG", "chatalot_server=info,tower_http=debug")
        );
        using var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(HalfARequest));
        await server.LineAsync("started processing request");
        await server.SignalAsync("TERM");
        await server.LineAsync("Shutdown signal received");

        (await server.StopAsync("TERM")).ShouldBe(128 + 15);

        server.Lines[^1].ShouldContain("WARN Chatalot.Startup: Second shutdown signal received: exiting at once");
    }

    [Fact]
    public async Task Given_a_shell_that_made_its_background_jobs_deaf_to_interrupts_Then_the_server_hears_them_all_the_same()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var server = await ServerProcess.StartAsync(
            ["bash", "-c", "trap '' INT; exec \"$@\"", "shell", .. ServerProcess.Command],
            Directory.CreateTempSubdirectory("chatalot-process-").FullName,
            database.ConnectionString
        );

        (await server.StopAsync("INT")).ShouldBe(0);
    }
}
