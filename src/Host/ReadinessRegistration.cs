using Chatalot.Features.Health;
using Chatalot.Features.Voice.Sfu;
using Chatalot.Host.Configuration;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Scheduling;
using Chatalot.Shared.Security;
using Chatalot.Shared.Storage;

namespace Chatalot.Host;

/// <summary>
/// What must hold before traffic is sent here (contract, operations.md 8.1), beside database and draining.
/// </summary>
internal static class ReadinessRegistration
{
    /// <summary>A disk is written to at most this often.</summary>
    private static readonly TimeSpan StorageAge = TimeSpan.FromSeconds(10);

    /// <summary>Object stores charge for writes.</summary>
    private static readonly TimeSpan BucketAge = TimeSpan.FromMinutes(1);

    public static void AddReadinessChecks(this IServiceCollection services, ServerSettings settings)
    {
        services.AddSingleton(provider =>
        {
            var schema = provider.GetRequiredService<SchemaReadiness>();
            return new ReadinessCheck("migrations", () => schema.IsReady, "the schema is not in place yet");
        });
        services.AddSingleton(provider =>
        {
            var storage = provider.GetRequiredService<IBlobStorage>();
            return new ReadinessCheck(
                "storage_writable",
                async ct => (await storage.FindProblemAsync(ct))?.Reason,
                settings.Files.Bucket is null ? StorageAge : BucketAge
            );
        });
        services.AddSingleton(provider =>
        {
            var keys = provider.GetRequiredService<TokenKeys>();
            return new ReadinessCheck("keys", () => keys.KeyId.Length > 0, "there is no key for access tokens");
        });
        services.AddSingleton<JobHealth>();
        services.AddSingleton<IJobObserver>(provider => provider.GetRequiredService<JobHealth>());
        services.AddSingleton(provider =>
        {
            var jobs = provider.GetRequiredService<JobHealth>();
            return new ReadinessCheck("jobs", _ => Task.FromResult(jobs.Complaint), TimeSpan.Zero)
            {
                // A clean-up that fails is somebody's work for tomorrow; turning users away would not help it.
                IsVital = false,
            };
        });
        if (settings.Integrations.Calls.Sfu is not null)
        {
            services.AddSingleton(provider =>
            {
                var sfu = provider.GetRequiredService<SfuStatus>();
                return new ReadinessCheck("sfu", _ => Task.FromResult(sfu.WhyNot), TimeSpan.Zero)
                {
                    // Calls go on without it.
                    IsVital = false,
                };
            });
        }
        services.AddSingleton(provider =>
        {
            // Suspensions are read with the account and forgotten by signal: without signals they could be missed.
            var signals = provider.GetRequiredService<DatabaseSignals>();
            return new ReadinessCheck(
                "suspended_list",
                () => signals.IsListening,
                "suspensions by other processes do not reach this one"
            );
        });
    }
}
