using System.Text;
using Chatalot.Features.Files;

namespace Chatalot.Features.Tests.Files;

public sealed class NamedFileTests
{
    private const string Id = "018f5c2e-7d10-7aa3-9c41-0f3b6de1a210";

    [Theory]
    [InlineData($$"""{"file_id":"{{Id}}","filename":"plan.pdf","size":48213}""")]
    [InlineData($$""" {"filename":"{}","more":{"file_id":"x"},"file_id":"{{Id}}"} """)]
    public void A_readable_content_names_its_file(string content) => Find(content).ShouldBe(Guid.Parse(Id));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData($"\"{Id}\"")]
    [InlineData("""{"file_id":7}""")]
    [InlineData("""{"file_id":"plan"}""")]
    [InlineData("""{"file_id":"\ud800"}""")]
    [InlineData($$"""{"v":1,"c":"file_id {{Id}}"}""")]
    [InlineData($$"""{"file_id":"{{Id}}"} and more""")]
    public void Anything_else_names_none(string content) => Find(content).ShouldBeNull();

    [Fact]
    public void Ciphertext_names_none()
    {
        NamedFile.In(new byte[] { 0, 255, 254 }).ShouldBeNull();
        NamedFile.In(new byte[] { (byte)'{', 255, 254 }).ShouldBeNull();
    }

    private static Guid? Find(string content) => NamedFile.In(Encoding.UTF8.GetBytes(content));
}
