using Microsoft.Extensions.Hosting;

namespace Chatalot.Features.Operations;

/// <summary>Makes a service at the start of the host that nobody would ask for otherwise.</summary>
internal sealed class Activation<T>(T service) : IHostedService
    where T : class
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = service;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
