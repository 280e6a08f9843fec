using System.Globalization;
using System.Text;
using Chatalot.Features.Channels;
using Chatalot.Features.Messages;
using Chatalot.Shared.Errors;
using Npgsql;

namespace Chatalot.Features.Reactions;

/// <summary>What both ways to change a reaction check first.</summary>
internal sealed class ReactionRules(ChannelAccess access, WriteRules rules, NpgsqlDataSource database)
{
    /// <summary>Longest reaction, in characters.</summary>
    public const int LongestEmoji = 32;

    /// <summary>Most different emoji on one message.</summary>
    public const int MostEmoji = 20;

    /// <summary>The text is no reaction.</summary>
    public static Failure InvalidEmoji { get; } = Failure.Validation("invalid emoji");

    /// <summary>Any text of 1 to 32 characters that a person can see part of.</summary>
    public static bool IsEmoji(string text)
    {
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control || ++length > LongestEmoji)
                return false;
        }
        return length > 0;
    }

    /// <summary>
    /// The message, or why this person may not react to it. Who may not know of it hears that there is none.
    /// </summary>
    public async Task<(StoredMessage? Message, Failure? Refusal)> FindAsync(
        Guid messageId,
        Guid userId,
        CancellationToken ct
    )
    {
        if (await StoredMessage.FindAsync(database, messageId, ct) is not { } message)
            return (null, StoredMessage.NotFound);
        if (await access.FindAsync(message.ChannelId, userId, ct) is not { } standing)
            return (null, StoredMessage.NotFound);
        return (message, await rules.CheckAsync(standing, userId, WriteKind.React, ct));
    }
}
