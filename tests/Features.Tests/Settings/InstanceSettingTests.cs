using System.Text.Json;
using Chatalot.Features.Settings;

namespace Chatalot.Features.Tests.Settings;

public sealed class InstanceSettingTests
{
    [Theory]
    [InlineData("max_messages_cache", "\"750\"", "750")]
    [InlineData("max_messages_cache", "750", "750")]
    [InlineData("max_pins_per_channel", "200", "200")]
    [InlineData("e2e_enabled", "false", "false")]
    [InlineData("e2e_enabled", "\"true\"", "true")]
    public void Texts_numbers_and_booleans_are_taken(string key, string sent, string stored) =>
        InstanceSetting.Read(key, JsonElement.Parse(sent)).Value.ShouldBe(stored);

    [Theory]
    [InlineData("max_messages_cache", "null", "max_messages_cache must be a number")]
    [InlineData("max_messages_cache", "50.5", "max_messages_cache must be a number")]
    [InlineData("max_messages_cache", "\"many\"", "max_messages_cache must be a number")]
    [InlineData("max_messages_cache", "49", "max_messages_cache must be between 50 and 10000")]
    [InlineData("max_messages_cache", "99999999999", "max_messages_cache must be between 50 and 10000")]
    [InlineData("max_pins_per_channel", "0", "max_pins_per_channel must be between 1 and 200")]
    [InlineData("e2e_enabled", "1", "e2e_enabled must be 'true' or 'false'")]
    [InlineData("e2e_enabled", "\"\\ud800\"", "e2e_enabled must be 'true' or 'false'")]
    [InlineData("motd", "\"hello\"", "unknown setting: motd")]
    public void What_is_wrong_is_named(string key, string sent, string message) =>
        InstanceSetting.Read(key, JsonElement.Parse(sent)).Refusal!.Message.ShouldBe(message);

    [Fact]
    public void Stored_values_out_of_range_are_brought_into_it()
    {
        var values = InstanceSettingValues.Of(
            new Dictionary<string, string> { ["max_messages_cache"] = "7", ["max_pins_per_channel"] = "many" }
        );

        values.ShouldBe(new InstanceSettingValues(50, 50, true));
    }
}
