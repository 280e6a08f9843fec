namespace Chatalot.Shared.Postgres;

/// <summary>Whether the database has this build's schema. False until the start has brought it there.</summary>
public sealed class SchemaReadiness
{
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The schema is this build's.</summary>
    public bool IsReady => ready.Task.IsCompleted;

    /// <summary>Says that the schema is this build's from now on.</summary>
    public void Ready() => ready.TrySetResult();

    /// <summary>Completes when it is.</summary>
    public Task WaitAsync(CancellationToken ct) => ready.Task.WaitAsync(ct);
}
