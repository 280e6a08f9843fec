using System.Text.Json;

namespace Chatalot.Shared.Json;

/// <summary>Checks JSON that is stored without being read into a type.</summary>
public static class JsonTexts
{
    /// <summary>
    /// Whether every text and every name in it is a Unicode text that PostgreSQL can store: without U+0000 and without
    /// half of a surrogate pair.
    /// </summary>
    public static bool AreStorable(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.String => IsStorable(json.GetString),
            JsonValueKind.Array => json.EnumerateArray().All(AreStorable),
            JsonValueKind.Object => json.EnumerateObject()
                .All(member => IsStorable(() => member.Name) && AreStorable(member.Value)),
            _ => true,
        };

    private static bool IsStorable(Func<string?> read)
    {
        try
        {
            return read()?.Contains('\0', StringComparison.Ordinal) != true;
        }
        catch (InvalidOperationException)
        {
            // The framework's answer to half of a surrogate pair.
            return false;
        }
    }
}
