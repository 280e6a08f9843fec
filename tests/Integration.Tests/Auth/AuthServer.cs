using Chatalot.Features.Auth;
using Chatalot.Integration.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chatalot.Integration.Tests.Auth;

/// <summary>The product with authentication options of a test's choice, where everybody may register.</summary>
internal static class AuthServer
{
    public static Task<TestServer> StartAsync(Func<AuthOptions, AuthOptions>? configure = null) =>
        TestServer.StartAsync(adjust: services =>
        {
            if (configure is null)
                return;
            var options = (AuthOptions)
                services.Single(service => service.ServiceType == typeof(AuthOptions)).ImplementationInstance!;
            services.Replace(ServiceDescriptor.Singleton(configure(options)));
        });
}
