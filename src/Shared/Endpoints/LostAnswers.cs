using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Shared.Endpoints;

/// <summary>
/// Creations whose client went away before the answer was written. Such a client cannot know whether they happened and
/// repeats them without a key; an equal creation by the same user within a few seconds is that repeat. An equal
/// creation after an answer is meant. Kept in memory: a repeat that reaches another process is not recognised.
/// </summary>
public sealed class LostAnswers(TimeProvider clock)
{
    private const int Most = 10_000;
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Creation> creations = [];

    /// <summary>What names an equal creation: who, what, and every field of it.</summary>
    public static string Fingerprint(Guid userId, string kind, params IEnumerable<object?> fields)
    {
        var text = new StringBuilder().Append(userId).Append(' ').Append(kind);
        foreach (var field in fields)
        {
            // With its length, so that two fields cannot be taken for two others.
            var value = field?.ToString();
            text.Append(' ').Append(value?.Length ?? -1).Append(':').Append(value);
        }
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>
    /// The id under which an equal creation was tried whose answer is lost; whether it exists is the caller's to ask.
    /// </summary>
    public Guid? Find(string fingerprint)
    {
        lock (gate)
            return creations.TryGetValue(fingerprint, out var creation) && IsLost(creation) ? creation.Id : null;
    }

    /// <summary>Watches over the answer to this request; call before the commit.</summary>
    /// <param name="context">The request.</param>
    /// <param name="fingerprint">Of the creation.</param>
    /// <param name="id">What it makes, or has made if this is a repeat.</param>
    public void Watch(HttpContext context, string fingerprint, Guid id)
    {
        var creation = new Creation(id, context.RequestAborted);
        lock (gate)
        {
            if (creations.Count >= Most)
                Forget();
            if (creations.Count < Most)
                creations[fingerprint] = creation;
        }
        context.Response.OnCompleted(() =>
        {
            End(context, fingerprint, creation);
            return Task.CompletedTask;
        });
    }

    private void End(HttpContext context, string fingerprint, Creation creation)
    {
        lock (gate)
        {
            var isLost = creation.Aborted.IsCancellationRequested || context.RequestAborted.IsCancellationRequested;
            creation.LostAt = isLost ? clock.GetTimestamp() : null;
            creation.IsOver = true;
            if (creation.LostAt is null && creations.GetValueOrDefault(fingerprint) == creation)
                creations.Remove(fingerprint);
        }
    }

    private bool IsLost(Creation creation) =>
        creation.IsOver
            ? creation.LostAt is { } at && clock.GetElapsedTime(at) < Remembered
            : creation.Aborted.IsCancellationRequested;

    private void Forget()
    {
        foreach (var (fingerprint, creation) in creations)
            if (creation.IsOver && !IsLost(creation))
                creations.Remove(fingerprint);
    }

    private sealed class Creation(Guid id, CancellationToken aborted)
    {
        public Guid Id => id;
        public CancellationToken Aborted => aborted;
        public bool IsOver { get; set; }
        public long? LostAt { get; set; }
    }
}
