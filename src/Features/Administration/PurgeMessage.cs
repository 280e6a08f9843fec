using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Administration;

/// <summary>
/// POST /api/admin/purge/message/{id}: remove one message for good, with the files that are bound to it, but for those
/// in quarantine or under a report.
/// </summary>
internal sealed class PurgeMessage(IDocumentSession documents, ContentPurge purges)
    : Endpoint<PurgeMessage.Command, PurgeResponse>
{
    /// <param name="Id">Which.</param>
    /// <param name="BlockHashes">Whether the checksums of its files are blocked.</param>
    public sealed record Command(Guid Id, [property: QueryParam] bool? BlockHashes);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/admin/purge/message/{id}");
        Policies(InstancePolicy.Operator);
        Summary("Remove a message and the files bound to it for good", 403, 404);
    }

    /// <inheritdoc/>
    public override Task<PurgeResponse> ExecuteAsync(Command command, CancellationToken ct) =>
        purges.RunAsync(
            documents,
            new(
                "m.id = $1",
                Files: null,
                command.Id,
                command.BlockHashes == true,
                User.Id(),
                AuditOrigin.Of(HttpContext)
            ),
            (_, messages) =>
                messages.Count == 0
                    ? throw Failure.NotFound("message not found").AsException()
                    : (
                        "admin_purge_message",
                        new JsonObject
                        {
                            ["message_id"] = command.Id.ToString(),
                            ["channel_id"] = messages[0].ChannelId.ToString(),
                            ["block_hashes"] = command.BlockHashes == true,
                        }
                    ),
            ct
        );
}
