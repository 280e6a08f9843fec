using System.Net;
using System.Text;
using System.Text.Json;
using Chatalot.Features.Feedback;
using Chatalot.Integration.Tests.Administration;
using Chatalot.Integration.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chatalot.Integration.Tests.Feedback;

public sealed class FeedbackTests
{
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 1, 2, 3];

    [Fact]
    public async Task Given_no_tracker_When_feedback_is_sent_Then_operators_read_it_here()
    {
        await using var server = await TestServer.StartAsync();
        var (_, ada, bob) = await AccountTests.PeopleAsync(server);

        var sent = await bob.PostAsync("/feedback", Form(" Boat sinks ", "It leaks.", "bug", Png));

        sent.Json.GetProperty("success").GetBoolean().ShouldBeTrue();
        sent.Json.GetProperty("issue_number").ValueKind.ShouldBe(JsonValueKind.Null);
        var kept = (await ada.GetAsync("/admin/feedback")).Json.GetProperty("feedback")[0];
        kept.GetProperty("title").GetString().ShouldBe("Boat sinks");
        kept.GetProperty("has_screenshot").GetBoolean().ShouldBeTrue();
        (await ada.GetAsync($"/admin/feedback/{kept.GetProperty("id").GetGuid()}/screenshot")).Status.ShouldBe(200);
        (await bob.GetAsync("/admin/feedback")).ShouldFail(403, "forbidden");
    }

    [Fact]
    public async Task Given_wrong_forms_Then_each_is_told_why_and_nothing_is_kept()
    {
        await using var server = await TestServer.StartAsync();
        var (_, _, bob) = await AccountTests.PeopleAsync(server);

        (await bob.PostAsync("/feedback", Form(" ", "d", "bug"))).ShouldFail(400, "title must be 1-200 characters");
        (await bob.PostAsync("/feedback", Form("t", "", "bug"))).ShouldFail(
            400,
            "description must be 1-5000 characters"
        );
        (await bob.PostAsync("/feedback", Form("t", "d", "praise"))).ShouldFail(
            400,
            "category must be one of: bug, feature, ui, other"
        );
        (await bob.PostAsync("/feedback", Form("t", "d", "ui", "<svg>"u8.ToArray()))).ShouldFail(
            400,
            "screenshot must be a PNG, JPEG or WebP picture"
        );
        (await bob.PostAsync("/feedback", Form("t", new string('d', 100_000), "ui"))).ShouldFail(
            400,
            "description must be 1-5000 characters"
        );
        (await bob.PostAsync("/feedback", Form("t", "d\0", "ui"))).ShouldFail(
            400,
            "invalid description: it holds a zero character"
        );
        (await bob.PostAsync("/feedback", new { title = "t" })).Status.ShouldBe(415);
        (await server.QueryAsync<long>("select count(*) from feedback")).ShouldBe(0);
    }

    /// <summary>Whatever else is in the form, and however large it is: a cut connection tells nobody anything.</summary>
    [Theory]
    [InlineData(5 * 1024 * 1024)]
    [InlineData(5 * 1024 * 1024 + 1)]
    [InlineData(24 * 1024 * 1024)]
    public async Task Given_a_large_screenshot_Then_its_sender_is_told_how_large_it_may_be(int bytes)
    {
        await using var server = await TestServer.StartAsync();
        var (_, _, bob) = await AccountTests.PeopleAsync(server);
        var picture = new byte[bytes];
        Png.CopyTo(picture, 0);

        var sent = await bob.PostAsync("/feedback", Form("t", "d", "ui", picture));

        if (bytes > 5 * 1024 * 1024)
            sent.ShouldFail(400, "screenshot must be under 5MB");
        else
            sent.Json.GetProperty("success").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("multipart/form-data", "", "invalid form data: no boundary")]
    [InlineData("multipart/form-data; boundary=x", "no form", "invalid form data: the body is not a complete form")]
    [InlineData(
        "multipart/form-data; boundary=x",
        "--x\r\nContent-Disposition: form-data; name=title\r\n\r\nBoat",
        "invalid title: the form is incomplete"
    )]
    [InlineData(
        "multipart/form-data; boundary=x",
        "--x\r\nContent-Disposition: form-data; name=screenshot\r\n\r\nBoat",
        "failed to read screenshot: the form is incomplete"
    )]
    public async Task Given_a_body_that_is_no_form_Then_its_sender_is_told_what_is_wrong(
        string type,
        string body,
        string message
    )
    {
        await using var server = await TestServer.StartAsync();
        var (_, _, bob) = await AccountTests.PeopleAsync(server);
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type).ShouldBeTrue();

        (await bob.PostAsync("/feedback", content)).ShouldFail(400, message);
    }

    [Fact]
    public async Task Given_twelve_at_once_Then_ten_are_kept_today()
    {
        await using var server = await TestServer.StartAsync();
        var (_, _, bob) = await AccountTests.PeopleAsync(server);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(n => bob.PostAsync("/feedback", Form($"t{n}", "d", "other")))
        );

        answers.Count(answer => answer.Status == 200).ShouldBe(10);
        answers.Count(answer => answer.Status == 429).ShouldBe(2);
    }

    /// <summary>What a tracker answers is not in this server's hands.</summary>
    [Theory]
    [InlineData("""{"number":7}""", 7)]
    [InlineData("""{"number":"seven"}""", null)]
    [InlineData("""{"id":7}""", null)]
    [InlineData("[]", null)]
    [InlineData("no JSON", null)]
    public async Task Given_a_tracker_Then_feedback_is_kept_with_its_number_if_it_tells_one(string answer, int? number)
    {
        using var tracker = new HttpListener();
        var address = $"http://127.0.0.1:{Random.Shared.Next(21_000, 29_000)}/";
        tracker.Prefixes.Add(address);
        tracker.Start();
        await using var server = await TestServer.StartAsync(adjust: services =>
            services.Replace(ServiceDescriptor.Singleton(new FeedbackOptions(new Uri($"{address}repository"), "token")))
        );
        var (_, ada, bob) = await AccountTests.PeopleAsync(server);

        var sending = bob.PostAsync("/feedback", Form("Boat sinks", "It leaks.", "bug"));
        var request = await tracker.GetContextAsync();
        request.Request.Url!.AbsolutePath.ShouldBe("/repository/issues");
        request.Response.ContentType = "application/json";
        await request.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
        request.Response.Close();

        var sent = (await sending).Json;
        sent.GetProperty("success").GetBoolean().ShouldBeTrue();
        Number(sent).ShouldBe(number);
        Number((await ada.GetAsync("/admin/feedback")).Json.GetProperty("feedback")[0]).ShouldBe(number);

        static int? Number(JsonElement told) =>
            told.GetProperty("issue_number") is { ValueKind: JsonValueKind.Number } value ? value.GetInt32() : null;
    }

    private static MultipartFormDataContent Form(string title, string text, string category, byte[]? picture = null)
    {
        var form = new MultipartFormDataContent
        {
            { new StringContent(title), "title" },
            { new StringContent(text), "description" },
            { new StringContent(category), "category" },
        };
        if (picture is not null)
            form.Add(new ByteArrayContent(picture), "screenshot", "shot.png");
        return form;
    }
}
