using System.Text.Json;

namespace Chatalot.Features.Frames;

/// <summary>A member uploaded a sender key; to the subscribers, the uploader included.</summary>
/// <param name="ChannelId">Where.</param>
/// <param name="UserId">Whose key.</param>
/// <param name="ChainId">An unsigned 32-bit number of the client.</param>
/// <param name="Distribution">As uploaded, unchanged.</param>
public sealed record SenderKeyUpdatedFrame(Guid ChannelId, Guid UserId, long ChainId, JsonElement Distribution)
    : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "sender_key_updated";
}

/// <summary>
/// A member is gone: clients forget all sender keys of the channel and make new ones. To the subscribers.
/// </summary>
/// <param name="ChannelId">Where.</param>
/// <param name="Reason"><c>member_removed</c> or <c>member_left</c>.</param>
public sealed record SenderKeyRotationRequiredFrame(Guid ChannelId, string Reason) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "sender_key_rotation_required";
}

/// <summary>Fewer than 25 one-time prekeys are left; to all connections of their owner, who uploads more.</summary>
/// <param name="Remaining">How many are left.</param>
public sealed record KeysLowFrame(int Remaining) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "keys_low";
}

/// <summary>
/// What guards the account has changed: to all connections of its owner, who may not be the one who did it. Not part of
/// the contract; clients that do not know it pass over it.
/// </summary>
/// <param name="Event">
/// <c>recovery_code_replaced</c>, <c>second_factor_enabled</c>, <c>second_factor_disabled</c>,
/// <c>second_factor_removed_by_operator</c>, <c>backup_codes_replaced</c>, <c>identity_linked</c> or
/// <c>identity_unlinked</c> (accounts at the identity provider).
/// </param>
/// <param name="IpAddress">From where it was done, if known; null when an operator did it.</param>
/// <param name="Timestamp">When.</param>
public sealed record AccountSecurityFrame(string Event, string? IpAddress, DateTimeOffset Timestamp) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "account_security";
}

/// <summary>
/// The user's identity key was replaced, by a new login or by somebody who should not have: to all connections of the
/// user. Not part of the contract; clients that do not know it pass over it.
/// </summary>
/// <param name="UserId">Whose.</param>
/// <param name="Fingerprint">Of the new key: lower-case hex SHA-256.</param>
public sealed record IdentityKeyChangedFrame(Guid UserId, string Fingerprint) : IServerFrame
{
    /// <inheritdoc/>
    public static string Type => "identity_key_changed";
}
