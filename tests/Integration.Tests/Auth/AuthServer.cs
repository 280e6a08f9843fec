using Chatalot.Features.Accounts;
using Chatalot.Features.Auth;
using Chatalot.Host;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Http;
using Chatalot.Shared.Json;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatalot.Integration.Tests.Auth;

/// <summary>
/// The product's pipeline with accounts and authentication on a database of its own. A second server on the same
/// database and keys stands for another process.
/// </summary>
internal sealed class AuthServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly TestDatabase database;
    private readonly string folder;
    private readonly bool ownsDatabase;

    private AuthServer(WebApplication app, TestDatabase database, string folder, ManualClock clock, bool ownsDatabase)
    {
        this.app = app;
        this.database = database;
        this.folder = folder;
        this.ownsDatabase = ownsDatabase;
        Clock = clock;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Http { get; }

    public ManualClock Clock { get; }

    public IServiceProvider Services => app.Services;

    public static async Task<AuthServer> StartAsync(Func<AuthOptions, AuthOptions>? configure = null)
    {
        var database = await TestDatabase.CreateEmptyAsync();
        var folder = Directory.CreateTempSubdirectory("auth-keys-").FullName;
        return await StartAsync(database, folder, new ManualClock(), configure, ownsDatabase: true);
    }

    /// <summary>Another process on the same database with the same keys.</summary>
    public Task<AuthServer> StartSiblingAsync() => StartAsync(database, folder, Clock, null, ownsDatabase: false);

    public async Task<int> ExecuteAsync(string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        return await command.ExecuteNonQueryAsync();
    }

    public async Task<T> QueryAsync<T>(string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
        if (!ownsDatabase)
            return;
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<AuthServer> StartAsync(
        TestDatabase database,
        string folder,
        ManualClock clock,
        Func<AuthOptions, AuthOptions>? configure,
        bool ownsDatabase
    )
    {
        var options = new AuthOptions
        {
            RegistrationMode = RegistrationMode.Open,
            // As strong as in production would only make the tests slow.
            Passwords = new PasswordHashing { MemoryKiB = 1024, Passes = 1 },
            TokenKeys = new TokenKeyPaths
            {
                PrivateKey = Path.Combine(folder, "private.pem"),
                PublicKey = Path.Combine(folder, "public.pem"),
            },
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddHttpEdge(new HttpEdgeSettings { RateLimits = Unlimited });
        builder.Services.AddPostgres(new DatabaseOptions { ConnectionString = database.ConnectionString });
        builder.Services.AddMarten();
        builder.Services.ConfigureHttpJsonOptions(json => JsonDefaults.Apply(json.SerializerOptions));
        builder.Services.AddAccounts();
        builder.Services.AddAuth(configure?.Invoke(options) ?? options);
        builder.Services.AddEndpoints(typeof(AuthFeature).Assembly);
        var app = builder.Build();
        app.Services.GetRequiredService<SchemaReadiness>().Ready();
        app.UseChatalotPipeline();
        app.MapEndpoints();
        await MigrateAsync(app.Services);
        await app.StartAsync();
        return new AuthServer(app, database, folder, clock, ownsDatabase);
    }

    private static RateLimitSettings Unlimited =>
        new()
        {
            General = new(0, 0),
            Auth = new(0, 0),
            Session = new(0, 0),
            User = new(0, 0),
            SignedInAddress = new(0, 0),
        };

    private static async Task MigrateAsync(IServiceProvider services)
    {
        var migrator = new SchemaMigrator(
            services.GetRequiredService<DatabaseOptions>(),
            SchemaScript.FromAssembly(typeof(AuthFeature).Assembly).Where(script => script.Number is >= 100 and < 200),
            services.GetRequiredService<ILogger<SchemaMigrator>>(),
            TimeProvider.System
        );
        await migrator.MigrateAsync(services.GetRequiredService<DocumentSchema>().ApplyAsync, default);
    }
}

/// <summary>Shows the real time, moved forward by hand.</summary>
internal sealed class ManualClock : TimeProvider
{
    private long moved;

    public void Advance(TimeSpan time) => Interlocked.Add(ref moved, time.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref moved));
}
