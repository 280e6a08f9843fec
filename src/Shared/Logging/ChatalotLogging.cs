using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatalot.Shared.Logging;

/// <summary>Makes the log the only one of a host.</summary>
public static class ChatalotLogging
{
    /// <summary>Replaces the framework's log providers by the process's log, which its owner closes.</summary>
    public static ILoggingBuilder AddChatalotLogging(this ILoggingBuilder logging, LogPipeline log)
    {
        logging.Services.AddSingleton(log);
        return logging.UseLogPipeline();
    }

    /// <summary>Replaces the framework's log providers by a log that is opened and closed with the host.</summary>
    public static ILoggingBuilder AddChatalotLogging(this ILoggingBuilder logging, LogOptions options)
    {
        logging.Services.AddSingleton(_ => LogPipeline.Open(options));
        return logging.UseLogPipeline();
    }

    private static ILoggingBuilder UseLogPipeline(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        // The provider below decides; the framework's own filter must let everything reach it.
        logging.SetMinimumLevel(LogLevel.Trace);
        logging.Services.AddSingleton(services => services.GetRequiredService<LogPipeline>().CreateProvider());
        return logging;
    }
}
