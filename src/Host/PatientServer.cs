using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Chatalot.Host;

/// <summary>
/// Kestrel with a limit on its farewell. It waits for requests under way as long as it may, and a single slow upload
/// would use up the time in which jobs commit their batch and calls are ended (contract, operations.md 8.5).
/// </summary>
internal sealed class PatientServer(IServer kestrel, TimeSpan patience) : IServer
{
    public IFeatureCollection Features => kestrel.Features;

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull => kestrel.StartAsync(application, cancellationToken);

    /// <summary>Refuses new connections, waits, and cuts off what is left.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        await kestrel.StopAsync(limit.Token);
    }

    public void Dispose() => kestrel.Dispose();
}

/// <summary>Puts the limit around the server that is registered.</summary>
internal static class PatientServerRegistration
{
    /// <summary>What is left of the time for a stop belongs to everything that stops after the requests.</summary>
    private const double ShareOfRequests = 0.75;

    public static void LimitFarewell(this IServiceCollection services, TimeSpan stop)
    {
        var kestrel = services.Last(service => service.ServiceType == typeof(IServer)).ImplementationType!;
        services.AddSingleton<IServer>(provider => new PatientServer(
            (IServer)ActivatorUtilities.CreateInstance(provider, kestrel),
            stop * ShareOfRequests
        ));
    }
}
