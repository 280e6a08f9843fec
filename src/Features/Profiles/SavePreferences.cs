using System.Text.Json;
using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Json;
using Chatalot.Shared.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Chatalot.Features.Profiles;

/// <summary>
/// PUT /api/account/preferences: replace the sent keys and keep the others; a key that is sent as null is removed. Two
/// devices that save at once both take effect. The whole is limited, not only what is sent.
/// </summary>
internal sealed class SavePreferences(NpgsqlDataSource database, TimeProvider clock)
    : Endpoint<SavePreferences.Command, PreferencesResponse>
{
    private const int MostBytes = 16_384;
    private static readonly Failure TooLarge = Failure.Validation("preferences too large (max 16 KB)");
    private static readonly Failure NotStorable = Failure.Validation("preferences contain invalid text");

    /// <param name="Preferences">The keys to change.</param>
    public sealed record Command(Dictionary<string, JsonElement> Preferences);

    /// <inheritdoc/>
    public override void Configure()
    {
        Put("/api/account/preferences");
        Summary("Save synced preferences");
    }

    /// <inheritdoc/>
    public override async Task<PreferencesResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        if (!command.Preferences.Values.All(JsonTexts.AreStorable))
            throw NotStorable.AsException();
        Serialize(command.Preferences);

        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.ExecuteAsync("select from mt_doc_user where id = $1 for no key update", ct, User.Id());
        var merged = Merge(await GetPreferences.ReadAsync(connection, User.Id(), ct), command.Preferences);
        await StoreAsync(connection, Serialize(merged), ct);
        await transaction.CommitAsync(CancellationToken.None);
        return new(merged);
    }

    internal static Dictionary<string, JsonElement> Merge(
        IReadOnlyDictionary<string, JsonElement> stored,
        IReadOnlyDictionary<string, JsonElement> sent
    )
    {
        var merged = new Dictionary<string, JsonElement>(stored, StringComparer.Ordinal);
        foreach (var (key, value) in sent)
        {
            if (value.ValueKind is JsonValueKind.Null)
                merged.Remove(key);
            else
                merged[key] = value;
        }
        return merged;
    }

    private static byte[] Serialize(Dictionary<string, JsonElement> preferences) =>
        JsonSerializer.SerializeToUtf8Bytes(preferences, StoredPreferences.Json) is { Length: <= MostBytes } utf8
            ? utf8
            : throw TooLarge.AsException();

    private async Task StoreAsync(NpgsqlConnection connection, byte[] preferences, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into user_preferences (user_id, preferences, updated_at) values ($1, $2, $3)
            on conflict (user_id) do update
                set preferences = excluded.preferences, updated_at = excluded.updated_at
            """,
            connection
        );
        command.Parameters.Add(new() { Value = User.Id() });
        command.Parameters.Add(new() { Value = preferences, NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        await command.ExecuteNonQueryAsync(ct);
    }
}
