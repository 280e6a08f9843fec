namespace Chatalot.Features.Tests.Json;

public sealed class TimestampConverterTests
{
    [Theory]
    [InlineData(0, "2031-04-05T06:07:08.000000+00:00")]
    [InlineData(1_234_560, "2031-04-05T06:07:08.123456+00:00")]
    [InlineData(1_234_569, "2031-04-05T06:07:08.123456+00:00")]
    public void Times_are_written_with_one_width_in_UTC(int ticks, string expected)
    {
        var time = new DateTimeOffset(2031, 4, 5, 6, 7, 8, TimeSpan.Zero).AddTicks(ticks);

        time.Write().ShouldBe($"\"{expected}\"");
        time.ToOffset(TimeSpan.FromHours(-9.5)).Write().ShouldBe($"\"{expected}\"");
    }

    [Theory]
    [InlineData("2031-04-05T06:07:08Z", 0)]
    [InlineData("2031-04-05t06:07:08z", 0)]
    [InlineData("2031-04-05 06:07:08+00:00", 0)]
    [InlineData("2031-04-05T06:07:08-00:00", 0)]
    [InlineData("2031-04-05T08:37:08+02:30", 0)]
    [InlineData("2031-04-04T21:07:08-09:00", 0)]
    [InlineData("2031-04-05T06:07:08.1Z", 1_000_000)]
    [InlineData("2031-04-05T06:07:08.123456+00:00", 1_234_560)]
    [InlineData("2031-04-05T06:07:08.123456789Z", 1_234_567)]
    [InlineData("2031-04-05T06:06:60Z", -80_000_000)]
    [InlineData(@"2031-04-05T06:07:08\u005a", 0)]
    public async Task Every_RFC_3339_form_is_read(string text, int ticks)
    {
        var expected = new DateTimeOffset(2031, 4, 5, 6, 7, 8, TimeSpan.Zero).AddTicks(ticks);

        var read = $"\"{text}\"".Read<DateTimeOffset>();

        read.ShouldBe(expected);
        read.Offset.ShouldBe(TimeSpan.Zero);
        (await $"\"{text}\"".ReadSplitAsync<DateTimeOffset>()).ShouldBe(expected);
    }

    [Theory]
    [InlineData("\"2031-04-05\"")]
    [InlineData("\"2031-04-05T06:07:08\"")]
    [InlineData("\"2031-04-05T06:07Z\"")]
    [InlineData("\"2031-04-05T06:07:08.Z\"")]
    [InlineData("\"2031-04-05T06:07:08+0200\"")]
    [InlineData("\"2031-04-05T06:07:08+02\"")]
    [InlineData("\"2031-04-05T06:07:08+24:00\"")]
    [InlineData("\"2031-04-05T06:07:08ZZ\"")]
    [InlineData("\"2031-04-05T24:07:08Z\"")]
    [InlineData("\"2031-04-05T06:60:08Z\"")]
    [InlineData("\"2031-04-05T06:07:61Z\"")]
    [InlineData("\"2031-13-05T06:07:08Z\"")]
    [InlineData("\"2031-02-29T06:07:08Z\"")]
    [InlineData("\"2031-04-00T06:07:08Z\"")]
    [InlineData("\"0000-04-05T06:07:08Z\"")]
    [InlineData("\"0001-01-01T00:00:00+01:00\"")]
    [InlineData("\"9999-12-31T23:59:60Z\"")]
    [InlineData("\"2031/04/05T06:07:08Z\"")]
    [InlineData("\"tomorrow, around tea time\"")]
    [InlineData("\"\"")]
    [InlineData("1933132028")]
    [InlineData("null")]
    public void Anything_else_is_refused(string json) => json.ShouldBeRefusedAs<DateTimeOffset>();

    [Fact]
    public void An_overlong_fraction_is_refused() =>
        $"\"2031-04-05T06:07:08.{new string('1', 10_000)}Z\"".ShouldBeRefusedAs<DateTimeOffset>();
}
