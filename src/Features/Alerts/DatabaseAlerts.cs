using Chatalot.Shared.Postgres;
using Microsoft.Extensions.Hosting;

namespace Chatalot.Features.Alerts;

/// <summary>Alerts when the database is lost, and when it is back.</summary>
internal sealed class DatabaseAlerts(DatabaseAvailability database, AlertWebhook webhook, TimeProvider clock)
    : IHostedService,
        IDisposable
{
    private IDisposable? lost;
    private IDisposable? back;
    private long lostAt;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lost = database.OnLost(_ =>
        {
            lostAt = clock.GetTimestamp();
            webhook.Post("database_lost", "critical", "Chatalot has lost its database: nobody can send or read.");
            return Task.CompletedTask;
        });
        back = database.OnBack(_ =>
        {
            var seconds = (long)clock.GetElapsedTime(lostAt).TotalSeconds;
            webhook.Post("database_back", "info", $"Chatalot has its database back after {seconds} s.");
            return Task.CompletedTask;
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        lost?.Dispose();
        back?.Dispose();
    }
}
