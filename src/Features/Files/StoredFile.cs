using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Files;

/// <summary>Whether there is a small picture of a file.</summary>
internal enum Thumbnail : short
{
    /// <summary>The file is no picture.</summary>
    None = 0,

    /// <summary>Made when somebody first asks for it.</summary>
    Possible = 1,

    /// <summary>It was tried, and the picture cannot be read.</summary>
    Impossible = 2,
}

/// <summary>One row of the files.</summary>
internal sealed record StoredFile
{
    public const string Columns =
        "f.id, f.uploader_id, f.channel_id, f.name, f.size_bytes, f.content_type, f.checksum, f.stored_checksum, "
        + "f.storage_path, f.thumbnail, f.quarantined_at, f.quarantined_by, f.created_at, f.message_id";

    public required Guid Id { get; init; }

    /// <summary>Null once the account is gone.</summary>
    public required Guid? UploaderId { get; init; }

    /// <summary>Null for private files, and for evidence whose channel is gone.</summary>
    public required Guid? ChannelId { get; init; }

    public required string Name { get; init; }

    /// <summary>As kept, which may be less than was sent.</summary>
    public required long SizeBytes { get; init; }

    public required string? ContentType { get; init; }

    /// <summary>SHA-256 of what was sent.</summary>
    public required string Checksum { get; init; }

    /// <summary>SHA-256 of what is kept.</summary>
    public required string StoredChecksum { get; init; }

    /// <summary>Key in the store; several files may share one.</summary>
    public required string StoragePath { get; init; }

    public required Thumbnail Thumbnail { get; init; }

    public required DateTimeOffset? QuarantinedAt { get; init; }

    public required Guid? QuarantinedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The message that it goes with, where the server knows it.</summary>
    public required Guid? MessageId { get; init; }

    public bool IsQuarantined => QuarantinedAt is not null;

    public static StoredFile Read(NpgsqlDataReader row) =>
        new()
        {
            Id = row.GetGuid(0),
            UploaderId = row.GetId(1),
            ChannelId = row.GetId(2),
            Name = row.GetString(3),
            SizeBytes = row.GetInt64(4),
            ContentType = row.GetText(5),
            Checksum = row.GetString(6),
            StoredChecksum = row.GetString(7),
            StoragePath = row.GetString(8),
            Thumbnail = (Thumbnail)row.GetInt16(9),
            QuarantinedAt = row.GetTime(10),
            QuarantinedBy = row.GetId(11),
            CreatedAt = row.GetFieldValue<DateTimeOffset>(12),
            MessageId = row.GetId(13),
        };
}
