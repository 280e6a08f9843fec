using System.Security.Claims;
using System.Text.Encodings.Web;
using Chatalot.Features.Health;
using Chatalot.Host;
using Chatalot.Host.Pages;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Http;
using Chatalot.Shared.Json;
using Chatalot.Shared.Postgres;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Chatalot.Integration.Tests.Hosting;

/// <summary>
/// The product's pipeline on a real socket, around endpoints that misbehave in every way the edge must handle.
/// </summary>
internal sealed class PipelineServer : IAsyncDisposable
{
    /// <summary>These tests write nothing: one database is enough for all, and goes with its cluster.</summary>
    private static readonly Lazy<Task<TestDatabase>> SharedDatabase = new(TestDatabase.CreateEmptyAsync);

    private readonly WebApplication app;

    private PipelineServer(WebApplication app, LogCapture log)
    {
        this.app = app;
        Log = log;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public LogCapture Log { get; }

    public DatabaseAvailability Database => app.Services.GetRequiredService<DatabaseAvailability>();

    /// <summary>Starts on a database and waits until it is connected.</summary>
    public static async Task<PipelineServer> StartAsync(
        HttpEdgeSettings? settings = null,
        LogLevel level = LogLevel.Information
    )
    {
        var database = await SharedDatabase.Value;
        var server = await StartAsync(database.ConnectionString, settings, level);
        await server.Database.WaitUntilConnectedAsync(CancellationToken.None);
        server.Log.Clear();
        return server;
    }

    /// <summary>Starts on this database, whether it can be reached or not.</summary>
    public static Task<PipelineServer> StartOnAsync(
        string connectionString,
        Action<IServiceCollection>? configure = null
    ) => StartAsync(connectionString, null, LogLevel.Information, configure);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }

    private static async Task<PipelineServer> StartAsync(
        string connectionString,
        HttpEdgeSettings? settings,
        LogLevel level,
        Action<IServiceCollection>? configure = null
    )
    {
        var log = new LogCapture();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().SetMinimumLevel(level).AddProvider(log);
        builder.Services.AddPostgres(new DatabaseOptions { ConnectionString = connectionString });
        builder.Services.AddHttpEdge(settings ?? new HttpEdgeSettings());
        builder.Services.AddHealth();
        builder.Services.AddSingleton(new WebClientFolder("/nowhere"));
        builder.Services.AddApiDocumentation();
        builder.Services.AddEndpoints(typeof(HealthFeature).Assembly);
        builder.Services.ConfigureHttpJsonOptions(json => JsonDefaults.Apply(json.SerializerOptions));
        builder.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, NamedCaller>("test", null);
        builder.Services.AddAuthorization();
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        app.Services.GetRequiredService<SchemaReadiness>().Ready();
        app.UseChatalotPipeline();
        app.MapEndpoints();
        app.MapApiDocumentation();
        Map(app);
        await app.StartAsync();
        return new PipelineServer(app, log);
    }

    private static void Map(WebApplication server)
    {
        // Some stand where the product has an endpoint, and go first.
        var app = server.MapGroup("").WithOrder(-1);
        app.MapGet("/api/auth/config", () => "{}");
        app.MapPost("/api/auth/login", (HttpRequest request) => CountAsync(request));
        app.MapPost("/api/auth/refresh", () => "ok");
        app.MapGet("/api/anonymous", () => "ok");
        app.MapGet("/api/mine", (ClaimsPrincipal user) => user.FindFirstValue("sub")).RequireAuthorization();
        app.MapGet("/api/forbidden", () => Results.Forbid()).RequireAuthorization();
        app.MapGet(
            "/api/whoami",
            (HttpContext context) => $"{context.Request.Scheme} {context.Connection.RemoteIpAddress}"
        );
        app.MapPost("/api/echo", (HttpRequest request) => CountAsync(request));
        app.MapPost("/api/files/upload", (HttpRequest request) => CountAsync(request))
            .WithMetadata(new EndpointDefinition { EndpointType = typeof(PipelineServer), ReadsFormItself = true });
        app.MapPost("/api/protected", (HttpRequest request) => CountAsync(request)).RequireAuthorization();
        app.MapGet(
            "/api/fails/refusal",
            () =>
            {
                throw Failure.Conflict("already there").AsException();
            }
        );
        app.MapGet(
            "/api/fails/bug/{secret}",
            (string secret) =>
            {
                throw new InvalidOperationException("the\ncause");
            }
        );
        app.MapGet(
            "/api/fails/database",
            () =>
            {
                throw new NpgsqlException("refused", new IOException());
            }
        );
        app.MapGet(
            "/api/fails/statement",
            () =>
            {
                throw new PostgresException("relation \"things\" does not exist", "ERROR", "ERROR", "42P01");
            }
        );
        app.MapGet("/api/fails/gateway", () => Results.StatusCode(502));
        app.MapGet(
            "/api/fails/halfway",
            async (HttpResponse response) =>
            {
                await response.WriteAsync(new string('x', 4096));
                await response.Body.FlushAsync();
                throw new InvalidOperationException("too late");
            }
        );
        app.MapGet("/api/slow", async (CancellationToken ct) => await Task.Delay(Timeout.Infinite, ct));
        app.MapGet("/api/large", () => Results.Text(new string('a', 5000), "application/json"));
        app.MapGet("/api/small", () => Results.Text("{}", "application/json"));
        app.MapGet("/api/image", () => Results.Bytes(new byte[5000], "image/png"));
        app.MapGet("/api/files/1", () => Results.Bytes(new byte[5000], "text/plain"));
    }

    private static async Task<string> CountAsync(HttpRequest request)
    {
        var buffer = new byte[8192];
        long total = 0;
        int read;
        while ((read = await request.Body.ReadAsync(buffer)) > 0)
            total += read;
        return total.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>A token <c>good-NAME</c> is NAME's; any other is refused.</summary>
    private sealed class NamedCaller(
        IOptionsMonitor<AuthenticationSchemeOptions> options,
        ILoggerFactory loggers,
        UrlEncoder encoder
    ) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var header = Request.Headers.Authorization.ToString();
            if (!header.StartsWith("Bearer good-", StringComparison.Ordinal))
                return Task.FromResult(AuthenticateResult.NoResult());
            var identity = new ClaimsIdentity([new Claim("sub", header["Bearer good-".Length..])], "test");
            return Task.FromResult(
                AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), "test"))
            );
        }
    }
}
