using System.Text;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Chatalot.Bench.Seed;

/// <summary>A document as the server stores it: its JSON in a row of its table.</summary>
internal static class SeedDocument
{
    /// <summary>Begins the row with id, JSON and version; its further columns follow.</summary>
    public static async Task StartAsync(NpgsqlBinaryImporter copy, Guid id, string data, CancellationToken ct)
    {
        await copy.StartRowAsync(ct);
        await copy.WriteAsync(id, NpgsqlDbType.Uuid, ct);
        await copy.WriteAsync(data, NpgsqlDbType.Jsonb, ct);
        await copy.WriteAsync(id, NpgsqlDbType.Uuid, ct);
    }

    /// <summary>The JSON of these members; what is neither flag nor time is written as text.</summary>
    public static string Json(params (string Name, object Value)[] members)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in members)
            {
                if (value is bool flag)
                    writer.WriteBoolean(name, flag);
                else
                    writer.WriteString(name, value is DateTimeOffset time ? time.ToString("O") : value.ToString());
            }
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
