using Npgsql;

namespace Chatalot.Integration.Tests.Infrastructure;

/// <summary>A database for one test alone, cloned in milliseconds from a template; dropped at its end.</summary>
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
    public static Task<TestDatabase> CreateAsync() => CreateAsync(empty: false);

    /// <summary>A database with the extensions and no tables.</summary>
    public static Task<TestDatabase> CreateEmptyAsync() => CreateAsync(empty: true);

    /// <summary>Drops the database, whoever is still connected to it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (dataSource.IsValueCreated)
            await dataSource.Value.DisposeAsync();
        await cluster.DropDatabaseAsync(name);
    }

    private static async Task<TestDatabase> CreateAsync(bool empty)
    {
        var cluster = await TestCluster.GetAsync();
        var name = $"test_{Guid.NewGuid():n}";
        await cluster.CreateDatabaseAsync(name, empty);
        return new TestDatabase(cluster, name);
    }
}
