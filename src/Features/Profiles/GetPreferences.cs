using System.Text.Json;
using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Profiles;

/// <summary>
/// GET /api/account/preferences: what the caller's clients keep in sync; an empty object before anything was saved.
/// </summary>
internal sealed class GetPreferences(NpgsqlDataSource database) : EndpointWithoutRequest<PreferencesResponse>
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Get("/api/account/preferences");
        Summary("Synced preferences");
    }

    /// <inheritdoc/>
    public override async Task<PreferencesResponse> ExecuteAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return new(await ReadAsync(connection, User.Id(), ct));
    }

    internal static async Task<Dictionary<string, JsonElement>> ReadAsync(
        NpgsqlConnection connection,
        Guid userId,
        CancellationToken ct
    ) =>
        await connection.FirstAsync(
            "select preferences from user_preferences where user_id = $1",
            row => row.GetDocument(0, StoredPreferences.Json),
            ct,
            userId
        ) ?? [];
}

/// <summary>A user's preferences.</summary>
/// <param name="Preferences">By the clients' own keys.</param>
public sealed record PreferencesResponse(Dictionary<string, JsonElement> Preferences);
