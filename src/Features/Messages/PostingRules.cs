using Chatalot.Features.Channels;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Messages;

/// <summary>What may be posted where: pure decisions, in the contract's order (realtime.md 7.2).</summary>
public static class PostingRules
{
    /// <summary>Largest ciphertext, in bytes.</summary>
    public const int MaxCiphertextBytes = 65_536;

    /// <summary>Largest nonce, in bytes.</summary>
    public const int MaxNonceBytes = 256;

    /// <summary>Longest id that a client may give its message, in characters.</summary>
    public const int MaxClientIdLength = 64;

    /// <summary>Most files that go with one message.</summary>
    public const int MaxFiles = 10;

    /// <summary>From this level (channel moderator) on read-only, slow mode and timeouts do not bind.</summary>
    public const int PrivilegedLevel = 1;

    /// <summary>Sizes of the content.</summary>
    public static Failure? CheckSizes(byte[] ciphertext, byte[] nonce, string? clientId) =>
        ciphertext.Length == 0 ? Failure.Validation("message cannot be empty")
        : ciphertext.Length > MaxCiphertextBytes ? Failure.Validation("message too large")
        : nonce.Length == 0 ? Failure.Validation("nonce cannot be empty")
        : nonce.Length > MaxNonceBytes ? Failure.Validation("nonce too large")
        : clientId is { Length: 0 or > MaxClientIdLength } ? Failure.Validation("client_id must be 1-64 characters")
        : null;

    /// <summary>Files that go with the message.</summary>
    public static Failure? CheckFiles(IReadOnlyList<Guid>? fileIds) =>
        fileIds is { Count: > MaxFiles } ? Failure.Validation($"file_ids must name at most {MaxFiles} files") : null;

    /// <summary>Kind of the message, and what a gallery takes.</summary>
    public static Failure? CheckType(ChannelType channel, string messageType, Guid? threadRoot) =>
        messageType is not ("text" or "file") ? Failure.Validation("invalid message type")
        : channel == ChannelType.Gallery && threadRoot is null && messageType != "file"
            ? Failure.Validation("gallery channels only accept file posts at the root level")
        : null;

    /// <summary>How long a member has to wait; clients read the number from the text.</summary>
    public static Failure MustWait(int seconds) => new(429, "slow_mode", $"slow mode: wait {seconds} seconds");
}
