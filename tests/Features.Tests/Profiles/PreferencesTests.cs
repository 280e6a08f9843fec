using System.Text.Json;
using Chatalot.Features.Profiles;
using Chatalot.Shared.Json;

namespace Chatalot.Features.Tests.Profiles;

public sealed class PreferencesTests
{
    [Fact]
    public void Sent_keys_replace_stored_ones_and_null_removes()
    {
        var merged = SavePreferences.Merge(
            Read("""{"theme":"dark","fontSize":14,"pttKey":"F2"}"""),
            Read("""{"theme":{"name":"light"},"pttKey":null,"unknown":null}""")
        );

        merged.Keys.ShouldBe(["theme", "fontSize"], ignoreOrder: true);
        merged["theme"].GetRawText().ShouldBe("""{"name":"light"}""");
    }

    [Theory]
    [InlineData("""{"a":["text",{"b":"ü🚣"}]}""", true)]
    [InlineData("""{"a":["\u0000"]}""", false)]
    [InlineData("""{"a":"\ud800"}""", false)]
    [InlineData("""{"a":{"\ud800":1}}""", false)]
    public void Only_texts_that_the_database_can_store_are_taken(string json, bool isStorable) =>
        JsonTexts.AreStorable(JsonElement.Parse(json)).ShouldBe(isStorable);

    private static Dictionary<string, JsonElement> Read(string json) =>
        JsonElement.Parse(json).EnumerateObject().ToDictionary(member => member.Name, member => member.Value.Clone());
}
