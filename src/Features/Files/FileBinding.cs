using System.Threading.Channels;
using Chatalot.Features.Messages;
using Chatalot.Shared.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chatalot.Features.Files;

/// <summary>
/// Binds files to the first message of their uploader that names them in their channel, so that they go with it. What
/// is encrypted names them beside its content, or not at all. Works beside the messages, as well as it can: what a
/// crash takes stays unbound, and is deleted by hand.
/// </summary>
internal sealed partial class FileBinding(NpgsqlDataSource database, ILogger<FileBinding> log)
    : BackgroundService,
        IMessageObserver
{
    private const int MostWaiting = 10_000;

    private readonly Channel<Naming> waiting = Channel.CreateBounded<Naming>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );

    /// <inheritdoc/>
    public void Stored(NewMessage message)
    {
        if (message is not { MessageType: "file", SenderId: { } senderId })
            return;
        var named = NamedFile.In(message.Ciphertext);
        Guid[] files = [.. message.FileIds ?? [], .. named is { } id ? [id] : Array.Empty<Guid>()];
        if (files.Length > 0)
            waiting.Writer.TryWrite(new Naming(message.Id, message.ChannelId, senderId, files));
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var naming in waiting.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await BindAsync(naming, stoppingToken);
            }
            catch (NpgsqlException problem)
            {
                LogNotBound(naming.MessageId, problem.Message);
            }
        }
    }

    private async Task BindAsync(Naming naming, CancellationToken ct)
    {
        const string unbound = "id = any ($1) and uploader_id = $2 and channel_id = $3 and message_id is null";
        object[] asked = [naming.Files, naming.SenderId, naming.ChannelId];
        await using var connection = await database.OpenConnectionAsync(ct);
        if (
            !await connection.FirstAsync(
                $"select exists (select from files where {unbound})",
                row => row.GetBoolean(0),
                ct,
                asked
            )
        )
            return;
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // Who deletes the message at this moment is waited for, or waits and finds its files.
        await connection.ExecuteAsync("select from messages where id = $1 for share", ct, naming.MessageId);
        await connection.ExecuteAsync(
            $"update files set message_id = $4 where {unbound}",
            ct,
            [.. asked, naming.MessageId]
        );
        await connection.ExecuteAsync(
            """
            select drop_files(array_agg(id)) from files
            where message_id = $1 and not exists (select from messages where id = $1 and deleted_at is null)
            having count(*) > 0
            """,
            ct,
            naming.MessageId
        );
        await transaction.CommitAsync(CancellationToken.None);
    }

    private sealed record Naming(Guid MessageId, Guid ChannelId, Guid SenderId, Guid[] Files);

    [LoggerMessage(
        EventName = "FilesNotBound",
        Level = LogLevel.Warning,
        Message = "The files of message {MessageId} could not be bound to it and will not go with it: {Reason}"
    )]
    private partial void LogNotBound(Guid messageId, string reason);
}
