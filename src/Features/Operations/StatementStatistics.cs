using Npgsql;

namespace Chatalot.Features.Operations;

/// <summary>The extension that counts statements.</summary>
internal static class StatementStatistics
{
    public const string Hint =
        "PostgreSQL does not count statements for this server: set shared_preload_libraries = 'pg_stat_statements', "
        + "restart PostgreSQL, and as superuser run in this database: create extension pg_stat_statements; "
        + "grant execute on function pg_stat_statements_reset to the server's role";

    /// <summary>Not created, not loaded, or not for this role.</summary>
    public static bool IsMissing(PostgresException exception) =>
        exception.SqlState
            is PostgresErrorCodes.UndefinedTable
                or PostgresErrorCodes.UndefinedFunction
                or PostgresErrorCodes.ObjectNotInPrerequisiteState
                or PostgresErrorCodes.InsufficientPrivilege;
}
