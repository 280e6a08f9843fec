using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Chatalot.Host;

/// <summary>
/// Kestrel with limits on its farewell. It waits for requests under way as long as it may: a single slow upload would
/// use up the time in which jobs commit their batch and calls are ended, and a single half-sent request the time of
/// everybody who waits for the restart (contract, operations.md 8.5).
/// </summary>
/// <param name="kestrel">The framework's server.</param>
/// <param name="connections">Its connections.</param>
/// <param name="patience">Longest wait for requests that go on.</param>
/// <param name="silence">Longest wait for the next bytes of a request.</param>
internal sealed class PatientServer(IServer kestrel, OpenConnections connections, TimeSpan patience, TimeSpan silence)
    : IServer
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);

    public IFeatureCollection Features => kestrel.Features;

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull => kestrel.StartAsync(application, cancellationToken);

    /// <summary>Refuses new connections, waits, and cuts off what is left.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        var stopping = kestrel.StopAsync(limit.Token);
        // Kestrel itself closes at once the connections that are between two requests.
        while (await Task.WhenAny(stopping, Task.Delay(Glance, CancellationToken.None)) != stopping)
            connections.AbortSilent(silence);
        await stopping;
    }

    public void Dispose() => kestrel.Dispose();
}

/// <summary>Puts the limits around the server that is registered.</summary>
internal static class PatientServerRegistration
{
    /// <summary>What is left of the time for a stop belongs to everything that stops after the requests.</summary>
    private const double ShareOfRequests = 0.75;

    /// <summary>3 of 20 s: longer than a line hiccups, shorter than people wait for a restart.</summary>
    private const double ShareOfSilence = 0.15;

    public static void LimitFarewell(this IServiceCollection services, TimeSpan stop)
    {
        var kestrel = services.Last(service => service.ServiceType == typeof(IServer)).ImplementationType!;
        services.AddSingleton<OpenConnections>();
        services.AddSingleton<IServer>(provider => new PatientServer(
            (IServer)ActivatorUtilities.CreateInstance(provider, kestrel),
            provider.GetRequiredService<OpenConnections>(),
            stop * ShareOfRequests,
            stop * ShareOfSilence
        ));
    }
}
