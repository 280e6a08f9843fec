namespace Chatalot.Integration.Tests.Infrastructure;

/// <summary>Asks a test database directly, past the code under test.</summary>
internal static class TestDatabaseSql
{
    /// <summary>The first column of the first row, or null.</summary>
    public static async Task<object?> ScalarAsync(this TestDatabase database, string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
