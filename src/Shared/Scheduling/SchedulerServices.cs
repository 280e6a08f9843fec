using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Quartz;

namespace Chatalot.Shared.Scheduling;

/// <summary>How the scheduler starts and stops.</summary>
public sealed record SchedulerOptions
{
    /// <summary>How long after the start a job runs whose last tick passed without a run.</summary>
    public TimeSpan CatchUpDelay { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The longest of the random delays after a tick, so that servers that share a database do not all ask it at once.
    /// </summary>
    public TimeSpan Spread { get; init; } = TimeSpan.Zero;

    /// <summary>How long the stop waits for running jobs, after it has cancelled their tokens.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>Registers the scheduler.</summary>
public static class SchedulerServices
{
    /// <summary>
    /// Registers the jobs that <paramref name="configure"/> schedules (each as a transient service) and
    /// <see cref="IScheduler"/>, which lists them. Needs an <c>NpgsqlDataSource</c> and its <c>DatabaseOptions</c>. Call
    /// once.
    /// </summary>
    /// <exception cref="InvalidOperationException">The schedule is incomplete or names a job twice.</exception>
    public static IServiceCollection AddScheduler(
        this IServiceCollection services,
        Action<IScheduler> configure,
        SchedulerOptions? options = null
    )
    {
        var scheduler = new Scheduler(TimeProvider.System);
        configure(scheduler);
        foreach (var schedule in scheduler.GetSchedules())
            services.TryAddTransient(scheduler[schedule.Job].Invocable);

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IJobLock, PostgresJobLock>();
        services.AddSingleton(provider => scheduler.On(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IScheduler>(provider => provider.GetRequiredService<Scheduler>());
        services.AddSingleton(options ?? new SchedulerOptions());
        services.AddSingleton<JobRuns>();
        services.AddSingleton<InvocableRunner>();
        services.AddSingleton<JobInterruptions>();
        services.AddSingleton<IJobs, Jobs>();
        services.AddScoped<JobReport>();
        services.AddTransient<TickJob>();
        services.AddQuartz(q =>
            q.UseInMemoryStore()
                .ConfigureScheduler(o => o.ShutdownJobInterruption = ShutdownJobInterruption.WhenWaitingForJobs)
        );
        return services.AddHostedService<SchedulerService>();
    }
}
