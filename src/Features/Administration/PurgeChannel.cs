using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Administration;

/// <summary>POST /api/admin/purge/channel/{id}: remove all messages and files of a channel for good.</summary>
internal sealed class PurgeChannel(IDocumentSession documents, ContentPurge purges)
    : Endpoint<PurgeChannel.Command, PurgeResponse>
{
    /// <param name="Id">Which channel.</param>
    /// <param name="BlockHashes">Whether the checksums of its files are blocked.</param>
    public sealed record Command(Guid Id, [property: QueryParam] bool? BlockHashes);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/admin/purge/channel/{id}");
        Policies(InstancePolicy.Operator);
        Summary("Remove all messages of a channel for good", 403);
    }

    /// <inheritdoc/>
    public override Task<PurgeResponse> ExecuteAsync(Command command, CancellationToken ct) =>
        purges.RunAsync(
            documents,
            new(
                "m.channel_id = $1",
                "f.channel_id = $1",
                command.Id,
                command.BlockHashes == true,
                User.Id(),
                AuditOrigin.Of(HttpContext)
            ),
            (result, _) => ("admin_purge_channel", result.Describe("channel_id", command.Id)),
            ct
        );
}
