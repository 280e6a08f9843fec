using System.Security.Claims;
using System.Text.Encodings.Web;
using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Communities;
using Chatalot.Features.Groups;
using Chatalot.Features.Spaces;
using Chatalot.Host;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Http;
using Chatalot.Shared.Json;
using Chatalot.Shared.Postgres;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Chatalot.Integration.Tests.Spaces;

/// <summary>
/// The product's pipeline with this area's endpoints on a database of its own. A second server on the same database
/// stands for another process.
/// </summary>
internal sealed class SpacesServer : IAsyncDisposable
{
    private readonly TestDatabase database;
    private readonly bool ownsDatabase;
    private readonly WebApplication app;
    private readonly HttpClient client;

    private SpacesServer(TestDatabase database, WebApplication app, bool ownsDatabase)
    {
        this.database = database;
        this.app = app;
        this.ownsDatabase = ownsDatabase;
        client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public NpgsqlDataSource Database => database.DataSource;

    public ChannelAccess Access => app.Services.GetRequiredService<ChannelAccess>();

    public ChannelMembership Membership => app.Services.GetRequiredService<ChannelMembership>();

    public static async Task<SpacesServer> StartAsync(SpacesOptions? options = null) =>
        await StartAsync(await TestDatabase.CreateEmptyAsync(), options ?? new SpacesOptions(), ownsDatabase: true);

    /// <summary>Another process on the same database.</summary>
    public Task<SpacesServer> StartSiblingAsync() => StartAsync(database, new SpacesOptions(), ownsDatabase: false);

    private static async Task<SpacesServer> StartAsync(TestDatabase database, SpacesOptions options, bool ownsDatabase)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var services = builder.Services;
        services.AddHttpEdge(new HttpEdgeSettings { RateLimits = new() { User = new(0, 0) } });
        services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, IdAsToken>("test", null);
        services.AddAuthorization();
        services.AddPostgres(new DatabaseOptions { ConnectionString = database.ConnectionString });
        services.AddEndpoints(typeof(SpacesFeature).Assembly);
        services.ConfigureHttpJsonOptions(json => JsonDefaults.Apply(json.SerializerOptions));
        services.AddMarten();
        services.AddAccounts();
        services.AddSpaces(options).AddChannels().AddGroups().AddCommunities();
        var app = builder.Build();
        app.Services.GetRequiredService<SchemaReadiness>().Ready();
        app.UseChatalotPipeline();
        app.MapEndpoints();
        await MigrateAsync(app.Services);
        await app.StartAsync();
        return new SpacesServer(database, app, ownsDatabase);
    }

    /// <summary>An account of this name, which never logs in: its id is its token.</summary>
    public async Task<Person> RegisterAsync(string username, InstanceRole role = InstanceRole.None)
    {
        var user = new User
        {
            Id = Guid.CreateVersion7(),
            Username = username,
            Email = $"{username}@mail.example",
            DisplayName = username.ToUpperInvariant(),
            PasswordHash = "none",
            IsAdmin = role is not InstanceRole.None,
            IsOwner = role is InstanceRole.Owner,
            CreatedAt = DateTimeOffset.UtcNow,
            UpdatedAt = DateTimeOffset.UtcNow,
        };
        await using var documents = app.Services.GetRequiredService<IDocumentStore>().LightweightSession();
        documents.Insert(user);
        await documents.SaveChangesAsync();
        return new Person(user.Id, client);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await app.DisposeAsync();
        if (ownsDatabase)
            await database.DisposeAsync();
    }

    private static async Task MigrateAsync(IServiceProvider services)
    {
        var migrator = new SchemaMigrator(
            services.GetRequiredService<DatabaseOptions>(),
            SchemaScript.FromAssembly(typeof(SpacesFeature).Assembly).Where(script => script.Number < 300),
            services.GetRequiredService<ILogger<SchemaMigrator>>(),
            TimeProvider.System
        );
        await migrator.MigrateAsync(services.GetRequiredService<DocumentSchema>().ApplyAsync, default);
    }

    private sealed class IdAsToken(
        IOptionsMonitor<AuthenticationSchemeOptions> options,
        ILoggerFactory loggers,
        UrlEncoder encoder
    ) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var header = Request.Headers.Authorization.ToString();
            if (!header.StartsWith("Bearer ", StringComparison.Ordinal))
                return Task.FromResult(AuthenticateResult.NoResult());
            var identity = new ClaimsIdentity([new Claim("sub", header["Bearer ".Length..])], "test");
            return Task.FromResult(
                AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), "test"))
            );
        }
    }
}
