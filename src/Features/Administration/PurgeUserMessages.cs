using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Administration;

/// <summary>
/// POST /api/admin/purge/user/{id}/messages: remove everything that somebody wrote and uploaded, everywhere. Of people
/// below the operator, or the operator's own.
/// </summary>
internal sealed class PurgeUserMessages(IDocumentSession documents, ContentPurge purges)
    : Endpoint<PurgeUserMessages.Command, PurgeResponse>
{
    /// <param name="Id">Whose messages.</param>
    /// <param name="BlockHashes">Whether the checksums of their files are blocked.</param>
    public sealed record Command(Guid Id, [property: QueryParam] bool? BlockHashes);

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/admin/purge/user/{id}/messages");
        Policies(InstancePolicy.Operator);
        Summary("Remove all messages of an account for good", 403);
    }

    /// <inheritdoc/>
    public override async Task<PurgeResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        await RequireRankAsync(command.Id, ct);
        return await purges.RunAsync(
            documents,
            new(
                "m.sender_id = $1",
                "f.uploader_id = $1",
                command.Id,
                command.BlockHashes == true,
                User.Id(),
                AuditOrigin.Of(HttpContext)
            ),
            (result, _) => ("admin_purge_user_messages", result.Describe("target_user_id", command.Id)),
            ct,
            () => RequireRankAsync(command.Id, ct)
        );
    }

    /// <summary>
    /// Asked before, so that nobody waits for a refusal, and in the transaction, which may have waited and worked for
    /// minutes. It takes no lock on the accounts: whoever deletes one holds it and waits for its messages, which we
    /// hold.
    /// </summary>
    private async Task RequireRankAsync(Guid targetId, CancellationToken ct)
    {
        if (targetId == User.Id())
            return;
        var found = await documents.LoadManyAsync<User>(ct, User.Id(), targetId);
        var actor = found.FirstOrDefault(user => user.Id == User.Id()) ?? throw Failure.Unauthorized.AsException();
        var target = found.FirstOrDefault(user => user.Id == targetId);
        if (target is not null && RankRules.CheckOutranks(actor, target) is { } refusal)
            throw refusal.AsException();
    }
}
