using Chatalot.Features.Accounts;
using Chatalot.Features.Auth;
using Chatalot.Features.Spaces;
using Chatalot.Host;
using Chatalot.Host.Configuration;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Logging;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Scheduling;
using Chatalot.Shared.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Chatalot.Integration.Tests.Infrastructure;

/// <summary>
/// The whole product, composed as in production, on a free port and a database of its own. Only three things differ:
/// the clock can be moved, passwords are hashed cheaply, and rate limits are off unless a test sets them.
/// </summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Action<IServiceCollection>? adjust;
    private readonly IReadOnlyDictionary<string, string> variables;
    private readonly bool isSibling;

    private TestServer(
        WebApplication app,
        TestDatabase database,
        string folder,
        ManualClock clock,
        IReadOnlyDictionary<string, string> variables,
        Action<IServiceCollection>? adjust,
        bool isSibling
    )
    {
        this.app = app;
        this.variables = variables;
        this.adjust = adjust;
        this.isSibling = isSibling;
        Database = database;
        Folder = folder;
        Clock = clock;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    /// <summary>Calls the server without a token.</summary>
    public HttpClient Http { get; }

    /// <summary>The time that the server lives in.</summary>
    public ManualClock Clock { get; }

    /// <summary>The server's database, past the server.</summary>
    public TestDatabase Database { get; }

    /// <summary>The server's <c>DATA_PATH</c>; deleted with it.</summary>
    public string Folder { get; }

    public IServiceProvider Services => app.Services;

    /// <summary>Starts the server and waits until its schema is in place.</summary>
    /// <param name="set">Environment variables, as an operator would set them.</param>
    /// <param name="adjust">Replaces registered services, after all others.</param>
    public static async Task<TestServer> StartAsync(
        Dictionary<string, string>? set = null,
        Action<IServiceCollection>? adjust = null
    ) =>
        await StartAsync(
            await TestDatabase.CreateAsync(),
            Directory.CreateTempSubdirectory("chatalot-server-").FullName,
            new ManualClock(),
            set ?? [],
            adjust,
            isSibling: false
        );

    /// <summary>Brings an empty database to the schema of this build, as a start of the server does.</summary>
    public static async Task MigrateAsync(string connectionString)
    {
        var folder = Directory.CreateTempSubdirectory("chatalot-schema-").FullName;
        await using (var app = Build(Settings(folder, connectionString, new Dictionary<string, string>()), null))
            await app.Services.GetRequiredService<DatabaseStartup>().MigrateAsync(CancellationToken.None);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>What the start of an updated server does first.</summary>
    public Task<int> MigrateAsync() =>
        Services.GetRequiredService<DatabaseStartup>().MigrateAsync(CancellationToken.None);

    /// <summary>Another process on the same database, with the same keys and the same clock.</summary>
    public Task<TestServer> StartSiblingAsync() =>
        StartAsync(Database, Folder, Clock, variables, adjust, isSibling: true);

    /// <summary>Somebody with an account and a login of their own, made without the cost of a registration.</summary>
    public async Task<Person> AddPersonAsync(string username, InstanceRole role = InstanceRole.None)
    {
        var now = Clock.GetUtcNow();
        var user = new User
        {
            Id = Guid.CreateVersion7(),
            Username = username,
            Email = $"{username}@mail.example",
            DisplayName = username.ToUpperInvariant(),
            PasswordHash = "none",
            IsAdmin = role is not InstanceRole.None,
            IsOwner = role is InstanceRole.Owner,
            CreatedAt = now,
            UpdatedAt = now,
        };
        var session = Session.Start(user.Id, new ClientDevice("test", null, null), now);
        await using var documents = Services.GetRequiredService<IDocumentStore>().LightweightSession();
        documents.Insert(user);
        session.Queue(documents, new SessionPolicy());
        await documents.SaveChangesAsync();
        var token = Services.GetRequiredService<AccessTokens>().IssueFor(user, session.Id);
        return new Person(user.Id, username, token, Http);
    }

    /// <summary>Runs a job as one of its ticks would.</summary>
    public async Task<JobRunSummary> RunJobAsync<T>(bool dryRun = false)
        where T : IInvocable =>
        await Services.GetRequiredService<IJobs>().RunNowAsync(typeof(T).Name, dryRun, CancellationToken.None)
        ?? throw new InvalidOperationException($"{typeof(T).Name} is running already.");

    /// <summary>Runs SQL past the server; the result is the number of rows.</summary>
    public async Task<int> ExecuteAsync(string sql)
    {
        await using var command = Database.DataSource.CreateCommand(sql);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>Asks the database past the server: the first column of the first row.</summary>
    public async Task<T> QueryAsync<T>(string sql)
    {
        await using var command = Database.DataSource.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        if (isSibling)
            return;
        await Database.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static async Task<TestServer> StartAsync(
        TestDatabase database,
        string folder,
        ManualClock clock,
        IReadOnlyDictionary<string, string> variables,
        Action<IServiceCollection>? adjust,
        bool isSibling
    )
    {
        var app = Build(
            Settings(folder, database.ConnectionString, variables),
            services =>
            {
                services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
                adjust?.Invoke(services);
            }
        );
        await app.StartAsync();
        var schema = app.Services.GetRequiredService<SchemaReadiness>();
        await Eventually.HoldsAsync(() => schema.IsReady, "the schema is in place");
        return new TestServer(app, database, folder, clock, variables, adjust, isSibling);
    }

    private static WebApplication Build(ServerSettings settings, Action<IServiceCollection>? adjust) =>
        Server.Build(
            settings,
            Server.DatabaseOptionsOf(settings, cluster: null),
            services =>
            {
                services.Replace(
                    ServiceDescriptor.Singleton(
                        new PasswordHasher(new PasswordHashing { MemoryKiB = 1024, Passes = 1 })
                    )
                );
                // Nobody reads the log of most servers, so it needs no threads; a test that does brings its own.
                services.AddSingleton(_ => LogPipeline.Open(settings.Log, TextWriter.Null));
                services.AddLogging(logging => logging.ClearProviders());
                // Jobs run when a test says so (RunJobAsync), not when a minute begins.
                services.Remove(services.Single(service => service.ImplementationType == typeof(SchedulerService)));
                adjust?.Invoke(services);
            }
        );

    private static ServerSettings Settings(
        string folder,
        string connectionString,
        IReadOnlyDictionary<string, string> variables
    )
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["LISTEN_ADDR"] = "127.0.0.1:0",
            ["DATA_PATH"] = folder,
            ["STATIC_FILES_PATH"] = Path.Combine(folder, "no-web-client"),
            ["DATABASE_URL"] = connectionString,
            ["REGISTRATION_MODE"] = "open",
            ["DB_POOL_MIN"] = "0",
            ["METRICS_ADDR"] = "off",
            ["LOG_PATH"] = "off",
        };
        foreach (var limit in LimitCatalogue.All)
            if (limit.Name.Contains("RATE", StringComparison.Ordinal))
                all[limit.Name] = "0";
        foreach (var (name, value) in variables)
            all[name] = value;
        var bound = SettingsBinder.Bind(all, new Dictionary<string, string>());
        bound.Problems.ShouldBeEmpty();
        return bound.Settings!;
    }
}
