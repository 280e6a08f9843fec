using Chatalot.Shared.Documents;
using Chatalot.Shared.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Chatalot.Features.Auth;

/// <summary>Whether this instance has ever had an account. Once it has, it has for ever.</summary>
internal sealed class InstanceSetup([FromKeyedServices(DatabaseSource.Lookups)] NpgsqlDataSource database)
{
    public const string AlreadyDone = "instance_setup_pkey";

    private volatile bool isDone;

    public async ValueTask<bool> IsDoneAsync(CancellationToken ct)
    {
        if (isDone)
            return true;
        await using var command = database.CreateCommand("select exists (select from instance_setup)");
        return isDone = await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>
    /// Claims the instance for its owner. Of two that try at once one fails with <see cref="AlreadyDone"/>, or goes on
    /// when the other fails for another reason.
    /// </summary>
    public static void QueueDone(IDocumentSession documents, Guid ownerId, DateTimeOffset now) =>
        documents.QueueSqlCommand("insert into instance_setup (owner_id, done_at) values (?, ?)", ownerId, now);
}
