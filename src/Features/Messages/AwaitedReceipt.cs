using Chatalot.Shared.Errors;

namespace Chatalot.Features.Messages;

/// <summary>A receipt for ways in that wait for the outcome.</summary>
public sealed class AwaitedReceipt : IMessageReceipt
{
    private readonly TaskCompletionSource<NewMessage> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public void Committed(NewMessage message) => outcome.TrySetResult(message);

    /// <inheritdoc/>
    public void Refused(NewMessage message, Failure failure) => outcome.TrySetException(failure.AsException());

    /// <summary>The message once it is durable.</summary>
    /// <exception cref="FailureException">It was not stored.</exception>
    public Task<NewMessage> CommittedAsync() => outcome.Task;
}
