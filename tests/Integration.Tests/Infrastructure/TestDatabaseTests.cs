using Npgsql;

namespace Chatalot.Integration.Tests.Infrastructure;

public sealed class TestDatabaseTests
{
    [Fact]
    public async Task Two_test_databases_do_not_see_each_other()
    {
        await using var first = await TestDatabase.CreateAsync();
        await using var second = await TestDatabase.CreateAsync();

        await using (var create = first.DataSource.CreateCommand("create table only_here (id int)"))
            await create.ExecuteNonQueryAsync();

        await using var look = second.DataSource.CreateCommand("select from only_here");
        var missing = await Should.ThrowAsync<PostgresException>(() => look.ExecuteNonQueryAsync());
        missing.SqlState.ShouldBe(PostgresErrorCodes.UndefinedTable);
    }

    [Fact]
    public async Task The_role_owns_its_database_but_is_no_superuser()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();

        await using var ask = database.DataSource.CreateCommand(
            """
            select rolsuper, pg_get_userbyid(datdba) = current_user,
                   (select count(*) from pg_extension where extname in ('pg_trgm', 'pg_stat_statements'))
            from pg_roles, pg_database where rolname = current_user and datname = current_database()
            """
        );
        await using var row = await ask.ExecuteReaderAsync();
        await row.ReadAsync();
        row.GetBoolean(0).ShouldBeFalse();
        row.GetBoolean(1).ShouldBeTrue();
        row.GetInt64(2).ShouldBe(2);
    }
}
