namespace Chatalot.Features.Legal;

/// <summary>A legal text.</summary>
/// <param name="Title">For people.</param>
/// <param name="Body">Markdown without HTML.</param>
public sealed record LegalPage(string Title, string Body);
