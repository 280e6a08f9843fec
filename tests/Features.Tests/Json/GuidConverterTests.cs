namespace Chatalot.Features.Tests.Json;

public sealed class GuidConverterTests
{
    private static readonly Guid Id = Guid.Parse("0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01");

    [Theory]
    [InlineData("0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01")]
    [InlineData("0190C3F2-7A11-7C5E-9B0A-52D1B8F0AA01")]
    [InlineData("0190c3f27a117c5e9b0a52d1b8f0aa01")]
    [InlineData("0190C3F27A117C5E9B0A52D1B8F0AA01")]
    [InlineData("{0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01}")]
    [InlineData("urn:uuid:0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01")]
    [InlineData("URN:UUID:0190C3F2-7A11-7C5E-9B0A-52D1B8F0AA01")]
    [InlineData(@"\u0030190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01")]
    public async Task Every_form_that_clients_may_send_is_read(string text)
    {
        $"\"{text}\"".Read<Guid>().ShouldBe(Id);
        (await $"\"{text}\"".ReadSplitAsync<Guid>()).ShouldBe(Id);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"temp-1767225600123\"")]
    [InlineData("\"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa0\"")]
    [InlineData("\"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa0g\"")]
    [InlineData("\"+190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01\"")]
    [InlineData("\"0x90c3f2-7a11-7c5e-9b0a-52d1b8f0aa01\"")]
    [InlineData("\" 0190c3f27a117c5e9b0a52d1b8f0aa01\"")]
    [InlineData("\"(0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01)\"")]
    [InlineData("\"{0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01\"")]
    [InlineData("\"urn:uuid:\"")]
    [InlineData("12")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    public void Anything_else_is_refused(string json) => json.ShouldBeRefusedAs<Guid>();

    [Fact]
    public void An_overlong_string_is_refused() => $"\"{new string('a', 100_000)}\"".ShouldBeRefusedAs<Guid>();

    [Fact]
    public void Ids_are_written_lower_case_and_hyphenated() =>
        Id.Write().ShouldBe("\"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01\"");

    [Fact]
    public void Ids_are_names_of_members_in_the_same_forms()
    {
        var maps =
            """{"ids":{"{0190C3F2-7A11-7C5E-9B0A-52D1B8F0AA01}":"0190c3f27a117c5e9b0a52d1b8f0aa01"},"words":{}}""";

        var read = maps.Read<SampleMaps>();

        read.Ids.ShouldBe(new Dictionary<Guid, Guid> { [Id] = Id });
        read.Write().ShouldBe($$$"""{"ids":{"{{{Id}}}":"{{{Id}}}"},"words":{}}""");
        """{"ids":{"x":"0190c3f27a117c5e9b0a52d1b8f0aa01"},"words":{}}""".ShouldBeRefusedAs<SampleMaps>();
    }
}
