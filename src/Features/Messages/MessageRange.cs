namespace Chatalot.Features.Messages;

/// <summary>
/// Reads a channel's or a thread's messages in order, by the bytes of their ids, which only the indexes
/// <c>messages_by_channel</c> and <c>messages_by_thread</c> serve. For <c>order by id limit</c> the planner may walk
/// the messages of all channels instead, in the belief that some of the channel's come soon; where the channel has been
/// quiet for long, that walks over everything that was said elsewhere since.
/// </summary>
public static class MessageRange
{
    /// <summary>The messages older than one, as a condition over alias <c>m</c> beside its channel or thread.</summary>
    /// <param name="id">A parameter or column.</param>
    public static string Before(string id) => $"uuid_send(m.id) < uuid_send({id})";

    /// <summary>The messages newer than one, as a condition over alias <c>m</c> beside its channel or thread.</summary>
    /// <param name="id">A parameter or column.</param>
    public static string After(string id) => $"uuid_send(m.id) > uuid_send({id})";

    /// <summary>For <c>order by</c>, over alias <c>m</c>.</summary>
    public static string Order(bool newestFirst) => newestFirst ? "uuid_send(m.id) desc" : "uuid_send(m.id)";
}
