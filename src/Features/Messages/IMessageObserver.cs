namespace Chatalot.Features.Messages;

/// <summary>
/// Wants to know of messages that were stored. Called in commit order by the task that tells of them, before anybody is
/// told: must be quick and must not fail.
/// </summary>
public interface IMessageObserver
{
    /// <summary>The message is durable.</summary>
    void Stored(NewMessage message);
}
