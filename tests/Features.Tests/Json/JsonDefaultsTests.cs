using Chatalot.Shared.Json;

namespace Chatalot.Features.Tests.Json;

public sealed class JsonDefaultsTests
{
    private static string SampleWith(string members) =>
        $"{{\"id\":\"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01\",{members}}}";

    [Fact]
    public void Members_that_may_be_null_or_optional_may_be_left_out()
    {
        var sample = SampleWith(""" "unknown":[1] """).Read<Sample>();

        sample.Note.ShouldBeNull();
        sample.Topic.IsPresent.ShouldBeFalse();
        sample.Kind.ShouldBe(SampleKind.Plain);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"id":null}""")]
    [InlineData("""{"Id":"0190c3f2-7a11-7c5e-9b0a-52d1b8f0aa01"}""")]
    public void A_required_member_must_be_there(string json) => json.ShouldBeRefusedAs<Sample>();

    [Theory]
    [InlineData("\"kind\":\"two_words\"", true)]
    [InlineData("\"kind\":\"TwoWords\"", false)]
    [InlineData("\"kind\":\"plain,two_words\"", false)]
    [InlineData("\"kind\":\"\"", false)]
    [InlineData("\"kind\":1", false)]
    [InlineData("\"kind\":null", false)]
    public void Enumerations_are_their_snake_case_words_and_nothing_else(string member, bool accepted)
    {
        var json = SampleWith(member);

        if (accepted)
            json.Read<Sample>().Kind.ShouldBe(SampleKind.TwoWords);
        else
            json.ShouldBeRefusedAs<Sample>();
    }

    [Theory]
    [InlineData("""{"texts":["a",null]}""")]
    [InlineData("""{"objects":[null]}""")]
    [InlineData("""{"objects":[{"count":1},null,{"count":2}]}""")]
    [InlineData("""{"lists":[["a"],null]}""")]
    [InlineData("""{"lists":[["a",null]]}""")]
    public async Task A_list_of_texts_or_objects_holds_no_null(string json)
    {
        json.ShouldBeRefusedAs<SampleLists>();
        await Should.ThrowAsync<System.Text.Json.JsonException>(() => json.ReadSplitAsync<SampleLists>());
        """[{"count":1},null]""".ShouldBeRefusedAs<IReadOnlyList<SampleNested>>();
    }

    [Fact]
    public void A_list_may_be_empty_absent_null_or_of_numbers_that_may_be_null()
    {
        var lists = """{"texts":[],"objects":null,"numbers":[1,null]}""".Read<SampleLists>();

        lists.Texts.ShouldBeEmpty();
        lists.Objects.ShouldBeNull();
        lists.Numbers!.Count.ShouldBe(2);
    }

    [Fact]
    public void An_undefined_enumeration_value_is_never_written() =>
        Should.Throw<System.Text.Json.JsonException>(() => ((SampleKind)7).Write());

    [Fact]
    public void Optional_members_tell_absent_null_and_value_apart()
    {
        var sample = SampleWith(""" "topic":null,"seconds":0,"nested":{"count":3} """).Read<Sample>();

        sample.Topic.IsNull.ShouldBeTrue();
        sample.Topic.Or("old").ShouldBeNull();
        sample.Seconds.TryGet(out var seconds).ShouldBeTrue();
        seconds.ShouldBe(0);
        sample.Seconds.Or(5).ShouldBe(0);
        sample.Nested.Value.ShouldBe(new SampleNested(3));
        default(Optional<string>).Or("old").ShouldBe("old");
        default(Optional<int>).Or(5).ShouldBe(5);
        SampleWith("\"seconds\":null").Read<Sample>().Seconds.Or(5).ShouldBeNull();
        SampleWith("\"seconds\":\"1\"").ShouldBeRefusedAs<Sample>();
    }

    [Theory]
    [InlineData(@"a\u0000")]
    [InlineData(@"\u0000")]
    [InlineData(@"\ud800")]
    public void Text_that_cannot_be_stored_is_refused(string text)
    {
        SampleWith($"\"note\":\"{text}\"").ShouldBeRefusedAs<Sample>();
        SampleWith($"\"topic\":\"{text}\"").ShouldBeRefusedAs<Sample>();
        $$$"""{"ids":{},"words":{"{{{text}}}":"x"}}""".ShouldBeRefusedAs<SampleMaps>();
    }

    [Fact]
    public void Text_is_written_readable_and_reads_back()
    {
        var sample = SampleWith(""" "note":"grüße 'тест' 漢字 <b>&\"\\ \u0001 \ud83d\ude00" """).Read<Sample>();

        sample.Note.ShouldBe("grüße 'тест' 漢字 <b>&\"\\ \u0001 😀");
        sample.Write().ShouldContain("grüße 'тест' 漢字 <b>&\\\"\\\\ \\u0001");
        sample.Write().Read<Sample>().Note.ShouldBe(sample.Note);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("-1", true)]
    [InlineData("1.0", false)]
    [InlineData("1e3", false)]
    [InlineData("\"1\"", false)]
    [InlineData("9223372036854775808", false)]
    [InlineData("1 // one", false)]
    public void Integers_come_from_JSON_integers_only(string json, bool accepted)
    {
        if (accepted)
            json.Read<long>().ShouldBe(long.Parse(json));
        else
            json.ShouldBeRefusedAs<long>();
    }
}
