using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Feedback;

/// <summary>Where feedback is filed as an issue besides being kept.</summary>
/// <param name="Repository">Address of the repository in the tracker's API; null: nowhere.</param>
/// <param name="Token">Lets this server file issues there.</param>
public sealed record FeedbackOptions(Uri? Repository, string? Token)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => Repository?.ToString() ?? "nowhere";
}

/// <summary>
/// Files feedback at the operator's issue tracker. The text goes there as a quotation, so that no mention, link or
/// picture in it comes alive; who wrote it and what it looked like stay here.
/// </summary>
internal sealed partial class IssueTracker(FeedbackOptions options, ILogger<IssueTracker> logger) : IDisposable
{
    private const int LargestAnswer = 1024 * 1024;

    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = LargestAnswer,
    };

    /// <summary>The number of the new issue; null when it was not filed.</summary>
    public async Task<int?> FileAsync(FeedbackForm feedback, CancellationToken ct)
    {
        if (options.Repository is null)
            return null;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{options.Repository}/issues");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Token);
        request.Headers.UserAgent.ParseAdd("Chatalot");
        request.Content = JsonContent.Create(
            new Issue($"[{Label(feedback.Category)}] {feedback.Title}", Quote(feedback.Description)),
            FeedbackJson.Default.Issue
        );
        try
        {
            using var response = await client.SendAsync(request, ct);
            response.EnsureSuccessStatusCode();
            var answer = await response.Content.ReadFromJsonAsync(FeedbackJson.Default.JsonElement, ct);
            return NumberOf(answer);
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or OperationCanceledException)
        {
            LogNotFiled(failure.Message);
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    internal static string Quote(string text) =>
        string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => "    " + line));

    /// <summary>Null for an answer of another shape than a tracker's.</summary>
    private static int? NumberOf(JsonElement answer) =>
        answer.ValueKind is JsonValueKind.Object
        && answer.TryGetProperty("number", out var number)
        && number.ValueKind is JsonValueKind.Number
        && number.TryGetInt32(out var value)
            ? value
            : null;

    private static string Label(string category) =>
        category switch
        {
            "bug" => "Bug Report",
            "feature" => "Feature Request",
            "ui" => "UI/UX",
            _ => "Other",
        };

    [LoggerMessage(
        EventName = "FeedbackNotFiled",
        Level = LogLevel.Warning,
        Message = "Feedback is kept, but could not be filed at the issue tracker: {Reason}"
    )]
    private partial void LogNotFiled(string reason);

    /// <param name="Title">What the tracker shows in its list.</param>
    /// <param name="Body">The text.</param>
    internal sealed record Issue(
        [property: System.Text.Json.Serialization.JsonPropertyName("title")] string Title,
        [property: System.Text.Json.Serialization.JsonPropertyName("body")] string Body
    );
}
