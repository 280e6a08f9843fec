using Chatalot.Features.Feedback;
using Chatalot.Features.Legal;
using Chatalot.Features.Push;

namespace Chatalot.Features.Tests.Push;

public sealed class PushTests
{
    // The example of RFC 8291, section 5.
    private const string Point =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    private const string Auth = "BTBZMqHH6r4Tts7J_aSIgg";

    [Fact]
    public void Keys_of_a_browser_are_taken() => PushKeys.Read(Point, Auth).ShouldNotBeNull();

    [Theory]
    [InlineData("", Auth)]
    [InlineData("AAAA", Auth)]
    [InlineData(Point, "AAAA")]
    [InlineData("not base64!", Auth)]
    [InlineData("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw8", Auth)]
    public void Keys_of_another_length_or_off_the_curve_are_refused(string point, string auth) =>
        PushKeys.Read(point, auth).ShouldBeNull();

    [Theory]
    [InlineData("https://updates.push.example.com/wpush/v2/abc", true)]
    [InlineData("http://updates.push.example.com/a", false)]
    [InlineData("https://localhost/a", false)]
    [InlineData("https://10.0.0.7/a", false)]
    [InlineData("https://[::1]/a", false)]
    [InlineData("https://user:pass@push.example.com/a", false)]
    [InlineData("https://push.example.com:8443/a", false)]
    [InlineData("push.example.com", false)]
    public void Only_push_services_outside_are_posted_to(string endpoint, bool isAllowed) =>
        PushEndpoint.IsAllowed(endpoint).ShouldBe(isAllowed);

    [Theory]
    [InlineData("a <b onclick=x>bold</b> word", "a bold word")]
    [InlineData("1 < 2 <!-- note\n --> end", "1 &lt; 2  end")]
    [InlineData("<scr<script>ipt>", "ipt>")]
    public void Legal_texts_lose_their_html(string text, string expected) =>
        LegalText.WithoutHtml(text).ShouldBe(expected);

    [Fact]
    public void Filed_feedback_is_a_quotation() =>
        IssueTracker.Quote("@team look\r\n![x](http://a)").ShouldBe("    @team look\n    ![x](http://a)");
}
