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
    }

    [Fact]
    public async Task A_number_out_of_range_is_refused_when_it_arrives_in_pieces() =>
        await Should.ThrowAsync<System.Text.Json.JsonException>(() => "[256]".ReadSplitAsync<byte[]>());

    [Fact]
    public void More_bytes_than_any_message_may_have_are_refused() =>
        $"[{string.Join(',', Enumerable.Repeat(1, ByteNumbers.MaxBytes + 1))}]".ShouldBeRefusedAs<byte[]>();
}
