using System.Globalization;
using System.Text.Json;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Json;

namespace Chatalot.Features.Settings;

/// <summary>The settings that operators change while the server runs.</summary>
/// <param name="MaxMessagesCache">Messages that a client keeps for each channel, 50 to 10000.</param>
/// <param name="MaxPinsPerChannel">Pinned messages of a channel, 1 to 200.</param>
/// <param name="IsEndToEndEncrypted">Whether clients encrypt end to end.</param>
public sealed record InstanceSettingValues(int MaxMessagesCache, int MaxPinsPerChannel, bool IsEndToEndEncrypted)
{
    /// <summary>From stored values; what is missing or out of range is brought into it.</summary>
    internal static InstanceSettingValues Of(IReadOnlyDictionary<string, string> stored) =>
        new(
            InstanceSetting.MaxMessagesCache.NumberIn(stored),
            InstanceSetting.MaxPinsPerChannel.NumberIn(stored),
            stored.GetValueOrDefault(InstanceSetting.EndToEnd.Key) != "false"
        );

    /// <summary>Every setting as text, as the API shows it.</summary>
    internal Dictionary<string, string> ToTexts() =>
        new(StringComparer.Ordinal)
        {
            [InstanceSetting.EndToEnd.Key] = IsEndToEndEncrypted ? "true" : "false",
            [InstanceSetting.MaxMessagesCache.Key] = MaxMessagesCache.ToString(CultureInfo.InvariantCulture),
            [InstanceSetting.MaxPinsPerChannel.Key] = MaxPinsPerChannel.ToString(CultureInfo.InvariantCulture),
        };
}

/// <summary>
/// One setting: its key and what it may hold. Clients send text, and numbers and booleans too, because the fields of
/// their page do (contract, admin.md 11).
/// </summary>
internal sealed record InstanceSetting(string Key, (int Smallest, int Largest, int Default)? Number)
{
    private const int LongestKeyShown = 64;

    public static InstanceSetting MaxMessagesCache { get; } = new("max_messages_cache", (50, 10_000, 500));
    public static InstanceSetting MaxPinsPerChannel { get; } = new("max_pins_per_channel", (1, 200, 50));
    public static InstanceSetting EndToEnd { get; } = new("e2e_enabled", Number: null);

    private static readonly InstanceSetting[] All = [MaxMessagesCache, MaxPinsPerChannel, EndToEnd];

    /// <summary>The stored form of what was sent for a key, or why it is refused.</summary>
    public static (string? Value, Failure? Refusal) Read(string key, JsonElement sent) =>
        All.FirstOrDefault(setting => setting.Key == key) is { } setting
            ? setting.Read(sent)
            : (null, Failure.Validation($"unknown setting: {key[..Math.Min(key.Length, LongestKeyShown)]}"));

    public int NumberIn(IReadOnlyDictionary<string, string> stored) =>
        int.TryParse(
            stored.GetValueOrDefault(Key),
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out var n
        )
            ? Math.Clamp(n, Number!.Value.Smallest, Number.Value.Largest)
            : Number!.Value.Default;

    private (string? Value, Failure? Refusal) Read(JsonElement sent)
    {
        var text = sent.ValueKind switch
        {
            JsonValueKind.String when JsonTexts.AreStorable(sent) => sent.GetString()!,
            JsonValueKind.Number => sent.GetRawText(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => "",
        };
        return Number is var (smallest, largest, _) ? ReadNumber(text, smallest, largest) : ReadFlag(text);
    }

    private (string? Value, Failure? Refusal) ReadNumber(string text, int smallest, int largest)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return (null, Failure.Validation($"{Key} must be a number"));
        return number >= smallest && number <= largest
            ? (number.ToString(CultureInfo.InvariantCulture), null)
            : (null, Failure.Validation($"{Key} must be between {smallest} and {largest}"));
    }

    private (string? Value, Failure? Refusal) ReadFlag(string text) =>
        text is "true" or "false" ? (text, null) : (null, Failure.Validation($"{Key} must be 'true' or 'false'"));
}
