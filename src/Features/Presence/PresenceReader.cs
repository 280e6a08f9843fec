using Npgsql;

namespace Chatalot.Features.Presence;

/// <summary>
/// Asks the database about people, one question at a time: whoever asks meanwhile is in the next one. Thousands who come
/// back together cost a few queries, and a lone one waits for nobody.
/// </summary>
internal sealed class PresenceReader(PresenceStore store)
{
    private const int LargestQuestion = 500;

    private readonly Lock gate = new();
    private readonly Queue<(Guid UserId, TaskCompletionSource<PresenceFacts> Answer)> waiting = new();
    private bool isAsking;

    /// <summary>What the database knows, as of now or later.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public Task<PresenceFacts> ReadAsync(Guid userId, CancellationToken ct)
    {
        var answer = new TaskCompletionSource<PresenceFacts>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            waiting.Enqueue((userId, answer));
            if (!isAsking)
            {
                isAsking = true;
                _ = AskAsync();
            }
        }
        return answer.Task.WaitAsync(ct);
    }

    private async Task AskAsync()
    {
        while (Next() is { Count: > 0 } question)
        {
            try
            {
                var ids = question.Select(one => one.UserId).Distinct().ToArray();
                var facts = (await store.LoadAsync(ids, CancellationToken.None)).ToDictionary(one => one.UserId);
                foreach (var (userId, answer) in question)
                    answer.TrySetResult(facts[userId]);
            }
            catch (Exception fault)
            {
                // Theirs to handle; the next question must be asked all the same.
                foreach (var (_, answer) in question)
                    answer.TrySetException(fault);
            }
        }
    }

    private List<(Guid UserId, TaskCompletionSource<PresenceFacts> Answer)> Next()
    {
        lock (gate)
        {
            var question = new List<(Guid, TaskCompletionSource<PresenceFacts>)>();
            while (question.Count < LargestQuestion && waiting.TryDequeue(out var one))
                question.Add(one);
            isAsking = question.Count > 0;
            return question;
        }
    }
}
