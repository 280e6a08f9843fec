using System.Text.Json.Nodes;

namespace Chatalot.Features.Administration;

/// <summary>Purges as the audit log tells them.</summary>
internal static class PurgeDescription
{
    public static JsonObject Describe(this PurgeResponse result, string key, Guid id) =>
        new()
        {
            [key] = id.ToString(),
            ["messages_deleted"] = result.MessagesDeleted,
            ["files_deleted"] = result.FilesDeleted,
            ["hashes_blocked"] = result.HashesBlocked,
        };
}
