using System.Text.Json;
using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Settings;

/// <summary>
/// PUT /api/admin/settings: change any of the settings, all or none of those sent. Live in every process with the
/// commit, and told to every socket. Operators only.
/// </summary>
internal sealed class ChangeSettings(InstanceSettings settings, IDocumentSession documents, TimeProvider clock)
    : Endpoint<Dictionary<string, JsonElement>, Dictionary<string, string>>
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Put("/api/admin/settings");
        Policies(InstancePolicy.Operator);
        Summary("Change instance settings", 403);
    }

    /// <inheritdoc/>
    public override async Task<Dictionary<string, string>> ExecuteAsync(
        Dictionary<string, JsonElement> sent,
        CancellationToken ct
    )
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, json) in sent)
        {
            var (value, refusal) = InstanceSetting.Read(key, json);
            values[key] = value ?? throw refusal!.AsException();
        }

        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        documents.QueueSqlCommand("lock table instance_settings in share row exclusive mode");
        await documents.SaveChangesAsync(ct);
        var before = (await InstanceSettings.ReadAsync(connection, ct)).ToTexts();
        var changed = values.Where(value => before[value.Key] != value.Value).ToDictionary();
        Queue(changed);
        await documents.SaveChangesAsync(ct);
        var after = (await InstanceSettings.ReadAsync(connection, ct)).ToTexts();
        if (changed.Count > 0)
            await InstanceSettings.SignalAsync(connection, ct);
        await transaction.CommitAsync(CancellationToken.None);
        settings.Invalidate();
        return after;
    }

    private void Queue(Dictionary<string, string> changed)
    {
        var now = clock.GetUtcNow();
        foreach (var (key, value) in changed)
            documents.QueueSqlCommand(
                """
                insert into instance_settings (key, value, updated_at) values (?, ?, ?)
                on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at
                """,
                key,
                value,
                now
            );
        if (changed.Count > 0)
            documents.QueueAudit(
                "admin_update_settings",
                User.Id(),
                AuditOrigin.Of(HttpContext),
                now,
                new JsonObject(changed.Select(c => KeyValuePair.Create(c.Key, (JsonNode?)JsonValue.Create(c.Value))))
            );
    }
}
