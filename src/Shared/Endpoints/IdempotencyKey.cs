using Chatalot.Shared.Errors;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Shared.Endpoints;

/// <summary>
/// The client's own name for a creation (header <c>Idempotency-Key</c>): a repeat after a lost answer makes nothing
/// twice.
/// </summary>
public static class IdempotencyKey
{
    private const string Header = "Idempotency-Key";
    private const int Longest = 64;

    /// <summary>The key, or null when the client gave none.</summary>
    /// <exception cref="FailureException">It is longer than 64 characters or not plain ASCII.</exception>
    public static string? Of(HttpRequest request)
    {
        var key = request.Headers[Header].ToString();
        if (key.Length == 0)
            return null;
        return key.Length <= Longest && key.All(c => c is > ' ' and < (char)127)
            ? key
            : throw Failure.Validation($"Idempotency-Key must be 1-{Longest} ASCII characters").AsException();
    }
}
