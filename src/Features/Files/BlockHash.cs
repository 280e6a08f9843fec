using System.Text;
using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Postgres;
using FluentValidation;

namespace Chatalot.Features.Files;

/// <summary>
/// POST /api/admin/blocked-hashes: nobody may upload this content any more; files that are there stay. Operators only.
/// A hash that is blocked already gets the new reason.
/// </summary>
internal sealed class BlockHash(IDocumentSession documents, TimeProvider clock)
    : Endpoint<BlockHash.Command, BlockedHashResponse>
{
    private const int HashLength = 64;
    private const int MaxReasonBytes = 500;

    /// <summary>Which content.</summary>
    /// <param name="Hash">SHA-256 in hexadecimal, any case.</param>
    /// <param name="Reason">Why, or null.</param>
    public sealed record Command(string Hash, string? Reason);

    /// <summary>What the two must be.</summary>
    public sealed class Rules : Validator<Command>
    {
        /// <summary>In the contract's order.</summary>
        public Rules()
        {
            RuleFor(c => c.Hash)
                .Must(hash => hash.Length == HashLength && hash.All(char.IsAsciiHexDigit))
                .WithMessage("hash must be a 64-character hex SHA256");
            RuleFor(c => c.Reason)
                .Must(reason =>
                    reason is null || (Encoding.UTF8.GetByteCount(reason) <= MaxReasonBytes && !reason.Contains('\0'))
                )
                .WithMessage("reason must be at most 500 characters");
        }
    }

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/admin/blocked-hashes");
        Policies(InstancePolicy.Operator);
        Summary("Block a file hash", 403);
    }

    /// <inheritdoc/>
    public override async Task<BlockedHashResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var hash = command.Hash.ToLowerInvariant();
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var entry = await connection.FirstAsync(
            $"""
            insert into blocked_hashes as b (id, hash, reason, blocked_by, created_at) values ($1, $2, $3, $4, $5)
            on conflict (hash) do update set reason = excluded.reason
            returning {BlockedHashResponse.Columns}
            """,
            BlockedHashResponse.Read,
            ct,
            Guid.CreateVersion7(now),
            hash,
            command.Reason,
            User.Id(),
            now
        );
        documents.QueueAudit(
            "admin_block_hash",
            User.Id(),
            AuditOrigin.Of(HttpContext),
            now,
            new JsonObject { ["hash"] = hash, ["reason"] = command.Reason }
        );
        await documents.SaveChangesAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
        return entry!;
    }
}
