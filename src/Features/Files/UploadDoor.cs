using Chatalot.Features.Channels;
using Chatalot.Features.Messages;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Files;

/// <summary>What the words beside an upload must be, and who may upload where: whoever may post there.</summary>
internal sealed class UploadDoor(ChannelAccess channels, WriteRules rules)
{
    /// <summary>Longest name, in UTF-8 bytes.</summary>
    public const int MaxNameBytes = 512;

    public const string NameTooLong = "file name too long (max 512 bytes)";
    public const string InvalidChannel = "invalid channel_id";

    /// <summary>
    /// The channel of the text; null for none. A broken id must not make a private file of a shared one.
    /// </summary>
    /// <exception cref="FailureException">400: it is no id.</exception>
    public static Guid? ReadChannel(string text) =>
        string.IsNullOrWhiteSpace(text) ? null
        : Uuid.TryParse(text.Trim(), out var id) ? id
        : throw Failure.Validation(InvalidChannel).AsException();

    /// <summary>Refuses those who are no members, and those who may not write now.</summary>
    /// <exception cref="FailureException">403.</exception>
    public async Task RequireMayPostAsync(Guid? channelId, Guid userId, CancellationToken ct)
    {
        if (channelId is not { } id)
            return;
        var standing = await channels.FindAsync(id, userId, ct) ?? throw Failure.Forbidden.AsException();
        if (await rules.CheckAsync(standing, userId, WriteKind.Post, ct) is { } refusal)
            throw refusal.AsException();
    }
}
