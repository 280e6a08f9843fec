namespace Chatalot.Features.Messages;

/// <summary>The one predicate of what readers may see, for every read path.</summary>
public static class MessageVisibility
{
    /// <summary>Over a table or alias <c>m</c>: neither deleted nor quarantined nor expired.</summary>
    public const string Sql =
        "m.deleted_at is null and m.quarantined_at is null and (m.expires_at is null or m.expires_at > now())";

    /// <summary>
    /// The same without what some people wrote: those whom the reader has blocked. In a form that the planner makes no
    /// guess about: its guess for <c>&lt;&gt; all</c> is that nothing is left where few people write, and wrong plans
    /// follow.
    /// </summary>
    /// <param name="blocked">Number of the parameter with their ids.</param>
    public static string Without(int blocked) => $"{Sql} and not coalesce(m.sender_id = any(${blocked}), false)";
}
