using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Postgres;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Chatalot.Features.Spaces;

/// <summary>
/// Who did what in a space, to whom and why: entries of the audit log, written in the transaction of what they tell of.
/// Entries that carry a community can be read by its moderators, without where they were written from.
/// </summary>
/// <param name="Action">A word of at most 64 characters.</param>
internal sealed record Act(string Action)
{
    private const string Insert =
        "insert into audit_log (id, user_id, action, ip_address, user_agent, metadata, created_at) values ";

    /// <summary>The community that it happened in.</summary>
    public Guid? CommunityId { get; init; }

    /// <summary>The group that it is about.</summary>
    public Guid? GroupId { get; init; }

    /// <summary>The channel that it is about.</summary>
    public Guid? ChannelId { get; init; }

    /// <summary>The person to whom it was done.</summary>
    public Guid? TargetId { get; init; }

    /// <summary>Why, as the actor said.</summary>
    public string? Reason { get; init; }

    /// <summary>Further facts, never secrets or content: names of what is gone, roles before and after.</summary>
    public JsonObject? Facts { get; init; }

    /// <summary>The facts as they are stored.</summary>
    internal JsonObject Metadata
    {
        get
        {
            var metadata = Facts is null ? [] : (JsonObject)Facts.DeepClone();
            Add(metadata, "community_id", CommunityId);
            Add(metadata, "group_id", GroupId);
            Add(metadata, "channel_id", ChannelId);
            Add(metadata, "target_user_id", TargetId);
            if (Reason is not null)
                metadata["reason"] = Reason;
            return metadata;
        }
    }

    /// <summary>Writes the entry in the connection's transaction.</summary>
    public Task RecordAsync(
        NpgsqlConnection connection,
        HttpContext request,
        DateTimeOffset now,
        CancellationToken ct
    ) => connection.ExecuteAsync(Insert + "($1, $2, $3, $4, $5, $6::jsonb, $7)", ct, Values(request, now));

    /// <summary>Queues the entry into the unit of work.</summary>
    public void Queue(IDocumentSession documents, HttpContext request, DateTimeOffset now) =>
        documents.QueueSqlCommand(Insert + "(?, ?, ?, ?, ?, ?::jsonb, ?)", Values(request, now));

    private object?[] Values(HttpContext request, DateTimeOffset now)
    {
        var origin = AuditOrigin.Of(request);
        return
        [
            Guid.CreateVersion7(now),
            request.User.Id(),
            Action,
            origin.Address,
            origin.UserAgent,
            Metadata.ToJsonString(),
            now,
        ];
    }

    private static void Add(JsonObject metadata, string name, Guid? id)
    {
        if (id is { } value)
            metadata[name] = value;
    }
}
