using System.Text;
using System.Text.Json;
using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Chatalot.Shared.Realtime;
using FluentValidation;
using Npgsql;

namespace Chatalot.Features.Keys;

/// <summary>
/// POST /api/channels/{id}/sender-keys: publish or replace the caller's sender key in a channel. Members only; told to
/// the subscribers as it came.
/// </summary>
internal sealed class UploadSenderKey(ChannelGate channels, NpgsqlDataSource database, Rooms rooms, TimeProvider clock)
    : Endpoint<UploadSenderKey.Command, SenderKeyResponse>
{
    private const int LargestDistribution = 4096;

    /// <param name="Id">The channel.</param>
    /// <param name="ChainId">An unsigned 32-bit number.</param>
    /// <param name="Distribution">An object of at most 4 KiB, not looked into beyond its <c>chain_id</c>.</param>
    public sealed record Command(Guid Id, long ChainId, JsonElement Distribution);

    /// <inheritdoc/>
    public sealed class Rules : Validator<Command>
    {
        /// <inheritdoc/>
        public Rules()
        {
            RuleFor(c => c.ChainId)
                .InclusiveBetween(0, uint.MaxValue)
                .WithMessage("chain_id must be an unsigned 32-bit number");
            RuleFor(c => c.Distribution)
                .Must(distribution => distribution.ValueKind is JsonValueKind.Object)
                .WithMessage("distribution must be an object")
                .Must(distribution => Encoding.UTF8.GetByteCount(distribution.GetRawText()) <= LargestDistribution)
                .WithMessage("distribution must be at most 4 KiB")
                .Must((command, distribution) => Names(distribution, command.ChainId))
                .WithMessage("distribution must have the same chain_id");
        }

        private static bool Names(JsonElement distribution, long chainId) =>
            !distribution.TryGetProperty("chain_id", out var inner)
            || (inner.ValueKind is JsonValueKind.Number && inner.TryGetInt64(out var value) && value == chainId);
    }

    /// <inheritdoc/>
    public override void Configure()
    {
        Post("/api/channels/{id}/sender-keys");
        Summary("Publish one's sender key in a channel", 403, 404);
        DontThrowIfValidationFails();
    }

    /// <inheritdoc/>
    public override async Task<SenderKeyResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        await channels.RequireMemberAsync(command.Id, User.Id(), ct);
        ThrowIfAnyErrors();
        var stored = await StoreAsync(command, ct);
        if (stored is null)
        {
            // The membership ended in between.
            await channels.RequireMemberAsync(command.Id, User.Id(), ct);
            throw Failure.Forbidden.AsException();
        }
        var frame = new SenderKeyUpdatedFrame(stored.ChannelId, stored.UserId, stored.ChainId, stored.Distribution);
        rooms.Publish(stored.ChannelId, Wire.Of(frame));
        return stored;
    }

    private Task<SenderKeyResponse?> StoreAsync(Command command, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return database.FirstAsync(
            $"""
            insert into sender_keys ({SenderKeyResponse.Columns})
            select $3, channel_id, user_id, $4, $5::json, $6
            from channel_members where channel_id = $1 and user_id = $2 for key share
            on conflict (channel_id, user_id) do update
                set id = excluded.id, chain_id = excluded.chain_id, distribution = excluded.distribution,
                    created_at = excluded.created_at
            returning {SenderKeyResponse.Columns}
            """,
            SenderKeyResponse.Read,
            ct,
            command.Id,
            User.Id(),
            Guid.CreateVersion7(now),
            command.ChainId,
            command.Distribution.GetRawText(),
            now
        );
    }
}
