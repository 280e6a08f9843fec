using Chatalot.Features.Alerts;
using Chatalot.Features.Maintenance;
using Chatalot.Integration.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Chatalot.Integration.Tests.Alerts;

/// <summary>
/// Alerts to a real receiver: the database lost and back, a job that keeps failing, a disk that runs short.
/// </summary>
public sealed class AlertWebhookTests
{
    [Fact]
    public async Task Given_a_database_that_goes_and_comes_back_Then_both_are_told_even_to_a_receiver_that_first_refuses()
    {
        using var receiver = new Receiver();
        await using var server = await StartAsync(receiver);
        receiver.Refuse(2);

        await AllowConnectionsAsync(server, allow: false);
        var lost = await receiver.NextAsync();
        lost.GetProperty("event").GetString().ShouldBe("database_lost");
        lost.GetProperty("severity").GetString().ShouldBe("critical");
        lost.GetProperty("text").GetString()!.ShouldContain("database");

        await AllowConnectionsAsync(server, allow: true);
        (await receiver.NextAsync()).GetProperty("event").GetString().ShouldBe("database_back");
    }

    [Fact]
    public async Task Given_a_job_that_keeps_failing_Then_it_is_told_once()
    {
        using var receiver = new Receiver();
        await using var server = await StartAsync(receiver);
        await server.ExecuteAsync("alter table login_failures rename to away");
        for (var i = 0; i < 4; i++)
            await server.RunJobAsync<PruneLeftovers>();
        await server.ExecuteAsync("alter table away rename to login_failures");
        await server.RunJobAsync<PruneLeftovers>();
        await server.ExecuteAsync("alter table login_failures rename to away");
        for (var i = 0; i < 3; i++)
            await server.RunJobAsync<PruneLeftovers>();

        var first = await receiver.NextAsync();
        var second = await receiver.NextAsync();

        first.GetProperty("event").GetString().ShouldBe("job_failing");
        first.GetProperty("text").GetString()!.ShouldContain(nameof(PruneLeftovers));
        second.GetProperty("at").GetDateTimeOffset().ShouldBeGreaterThan(first.GetProperty("at").GetDateTimeOffset());
    }

    [Fact]
    public async Task Given_a_disk_with_less_room_than_it_should_have_Then_that_is_told()
    {
        using var receiver = new Receiver();
        await using var server = await StartAsync(receiver, leastFreeBytes: long.MaxValue);

        (await receiver.NextAsync()).GetProperty("event").GetString().ShouldBe("disk_short");
    }

    [Fact]
    public async Task Given_a_folder_of_files_that_is_away_Then_the_server_goes_on_and_watches_again_when_it_is_back()
    {
        using var receiver = new Receiver();
        var folder = Path.Combine(Path.GetTempPath(), $"chatalot-away-{Guid.NewGuid():n}");
        await using var server = await StartAsync(receiver, leastFreeBytes: long.MaxValue, folder);
        (await server.Http.GetAsync("/api/health")).EnsureSuccessStatusCode();
        Directory.CreateDirectory(folder);
        try
        {
            (await receiver.NextAsync()).GetProperty("event").GetString().ShouldBe("disk_short");
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    private static Task<TestServer> StartAsync(Receiver receiver, long leastFreeBytes = 0, string? storage = null) =>
        TestServer.StartAsync(
            new() { ["ALERT_WEBHOOK_URL"] = receiver.Address.ToString() },
            services =>
            {
                var options = (AlertOptions)
                    services.Single(service => service.ServiceType == typeof(AlertOptions)).ImplementationInstance!;
                services.Replace(
                    ServiceDescriptor.Singleton(
                        options with
                        {
                            FirstRetryWait = TimeSpan.FromMilliseconds(20),
                            DiskInterval = TimeSpan.FromMilliseconds(20),
                            LeastFreeBytes = leastFreeBytes,
                            StoragePath = storage ?? options.StoragePath,
                        }
                    )
                );
            }
        );

    /// <summary>Shuts everybody out of the server's database, or lets them in again.</summary>
    private static async Task AllowConnectionsAsync(TestServer server, bool allow)
    {
        var database = new NpgsqlConnectionStringBuilder(server.Database.ConnectionString).Database;
        await (await TestCluster.GetAsync()).AllowConnectionsAsync(database!, allow);
    }
}
