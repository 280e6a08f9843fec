using System.Text;
using System.Text.Json;
using Chatalot.Shared.Json;

namespace Chatalot.Features.Tests.Json;

public sealed class ByteArrayConverterTests
{
    private static readonly byte[] EveryByte = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

    [Fact]
    public async Task Every_value_survives_both_ways()
    {
        var json = $"[{string.Join(',', EveryByte)}]";

        EveryByte.Write().ShouldBe(json);
        new ReadOnlyMemory<byte>(EveryByte).Write().ShouldBe(json);
        json.Read<byte[]>().ShouldBe(EveryByte);
        json.Read<ReadOnlyMemory<byte>>().ToArray().ShouldBe(EveryByte);
        (await json.ReadSplitAsync<byte[]>()).ShouldBe(EveryByte);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(65_536)]
    [InlineData(ByteNumbers.MaxBytes)]
    public void Every_length_survives_both_ways(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);

        var json = bytes.Write();

        json.Length.ShouldBe(2 + bytes.Sum(b => b.ToString().Length) + Math.Max(0, length - 1));
        json.Read<byte[]>().SequenceEqual(bytes).ShouldBeTrue();
        Encoding.UTF8.GetBytes(json).ReadWhole<byte[]>().SequenceEqual(bytes).ShouldBeTrue();
    }

    [Fact]
    public void White_space_between_numbers_is_allowed() => " [ 1 ,\n2\t, 255 ] ".Read<byte[]>().ShouldBe([1, 2, 255]);

    [Theory]
    [InlineData("[256]")]
    [InlineData("[999]")]
    [InlineData("[1000]")]
    [InlineData("[99999999999999999999]")]
    [InlineData("[-1]")]
    [InlineData("[-0]")]
    [InlineData("[1.0]")]
    [InlineData("[1.5]")]
    [InlineData("[1e1]")]
    [InlineData("[\"1\"]")]
    [InlineData("[true]")]
    [InlineData("[null]")]
    [InlineData("[[1]]")]
    [InlineData("[{}]")]
    [InlineData("[01]")]
    [InlineData("[1,]")]
    [InlineData("[1")]
    [InlineData("\"AQID\"")]
    [InlineData("1")]
    [InlineData("{}")]
    public void Anything_else_is_refused(string json)
    {
        json.ShouldBeRefusedAs<byte[]>();
        json.ShouldBeRefusedAs<ReadOnlyMemory<byte>>();
        Should.Throw<JsonException>(() => Encoding.UTF8.GetBytes(json).ReadWhole<byte[]>());
    }

    [Fact]
    public async Task A_number_out_of_range_is_refused_when_it_arrives_in_pieces() =>
        await Should.ThrowAsync<JsonException>(() => "[256]".ReadSplitAsync<byte[]>());

    [Fact]
    public void More_bytes_than_any_message_may_have_are_refused() =>
        $"[{string.Join(',', Enumerable.Repeat(1, ByteNumbers.MaxBytes + 1))}]".ShouldBeRefusedAs<byte[]>();

    [Fact]
    public void A_text_in_one_piece_is_read_as_any_other_whatever_it_holds()
    {
        var random = new Random(20_310_405);
        var accepted = 0;
        var pieces = "0 1 9 10 42 99 100 255 256 300 00 007 1000 , ,, [ ] [] - . e \" { } null".Split(' ');

        for (var i = 0; i < 20_000; i++)
        {
            var json = """{"first":[0,10,255],"second":[7],"last":12}""".ToList();
            for (var changes = random.Next(4); changes > 0; changes--)
            {
                json.InsertRange(random.Next(json.Count), pieces[random.Next(pieces.Length)]);
                json.RemoveRange(random.Next(json.Count - 2), random.Next(3));
            }
            var text = new string([.. json]);

            var expected = Outcome(() => text.Read<SampleBytes>());

            Outcome(() => Encoding.UTF8.GetBytes(text).ReadWhole<SampleBytes>()).ShouldBe(expected, text);
            accepted += expected == "refused" ? 0 : 1;
        }
        accepted.ShouldBeInRange(5_000, 15_000);
    }

    private static string Outcome(Func<SampleBytes> read)
    {
        try
        {
            var bytes = read();
            return $"{Convert.ToHexString(bytes.First)} {Convert.ToHexString(bytes.Second.Span)} {bytes.Last}";
        }
        catch (JsonException)
        {
            return "refused";
        }
    }
}
