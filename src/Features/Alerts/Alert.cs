using System.Text.Json.Serialization;

namespace Chatalot.Features.Alerts;

/// <summary>What is posted. <c>text</c> is for people, and what chat servers show of an incoming webhook.</summary>
/// <param name="Event">
/// <c>database_lost</c>, <c>database_back</c>, <c>job_failing</c>, <c>disk_short</c> or <c>disk_ok</c>.
/// </param>
/// <param name="Severity"><c>critical</c>, <c>warning</c> or <c>info</c>.</param>
/// <param name="Text">One sentence.</param>
/// <param name="Instance">Which server says so.</param>
/// <param name="At">When.</param>
internal sealed record Alert(string Event, string Severity, string Text, string Instance, DateTimeOffset At);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Alert))]
internal sealed partial class AlertJson : JsonSerializerContext;
