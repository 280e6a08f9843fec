using Npgsql;

namespace Chatalot.Integration.Tests.Infrastructure;

/// <summary>A database for one test alone, cloned from a template and dropped after its end.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly TestCluster cluster;
    private readonly string name;
    private readonly Lazy<NpgsqlDataSource> dataSource;

    private TestDatabase(TestCluster cluster, string name)
    {
        this.cluster = cluster;
        this.name = name;
        ConnectionString = cluster.ConnectionString(name);
        dataSource = new Lazy<NpgsqlDataSource>(() => NpgsqlDataSource.Create(ConnectionString));
    }

    /// <summary>How the application's role connects; also fit for <c>DATABASE_URL</c>.</summary>
    public string ConnectionString { get; }

    /// <summary>A pool on the database, closed with it.</summary>
    public NpgsqlDataSource DataSource => dataSource.Value;

    /// <summary>A database with the server's schema.</summary>
    public static async Task<TestDatabase> CreateAsync()
    {
        var cluster = await TestCluster.GetAsync();
        return new TestDatabase(cluster, await cluster.TakeDatabaseAsync());
    }

    /// <summary>A database with the extensions and no tables.</summary>
    public static async Task<TestDatabase> CreateEmptyAsync()
    {
        var cluster = await TestCluster.GetAsync();
        return new TestDatabase(cluster, await cluster.CreateEmptyDatabaseAsync());
    }

    /// <summary>Closes the pool; the database itself is dropped soon, whoever is still connected to it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (dataSource.IsValueCreated)
            await dataSource.Value.DisposeAsync();
        cluster.LeaveDatabase(name);
    }
}
