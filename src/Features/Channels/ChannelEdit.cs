using Chatalot.Features.Spaces;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Json;
using FluentValidation;

namespace Chatalot.Features.Channels;

/// <summary>What both ways to change a channel can set; a member that is absent stays as it is.</summary>
internal interface IChannelEdit
{
    string? Name { get; }
    string? Topic { get; }
    bool? ReadOnly { get; }
    int? SlowModeSeconds { get; }
    bool? Discoverable { get; }
    bool? Archived { get; }
    Optional<string> VoiceBackground { get; }
}

internal static class ChannelEdit
{
    private const int LongestAddress = 2048;
    private const int LongestSlowMode = 86_400;

    /// <summary>The channel after the change.</summary>
    public static Channel With(this Channel channel, IChannelEdit edit, DateTimeOffset now) =>
        channel with
        {
            Name = edit.Name.Trimmed() ?? channel.Name,
            Topic = edit.Topic is null ? channel.Topic : edit.Topic.Trimmed(),
            ReadOnly = edit.ReadOnly ?? channel.ReadOnly,
            SlowModeSeconds = edit.SlowModeSeconds ?? channel.SlowModeSeconds,
            Discoverable = edit.Discoverable ?? channel.Discoverable,
            Archived = edit.Archived ?? channel.Archived,
            VoiceBackground = edit.VoiceBackground.Or(channel.VoiceBackground) is { Length: > 0 } address
                ? address
                : null,
            UpdatedAt = now,
        };

    public static void NameTopicAndSlowMode<T>(this Validator<T> rules)
        where T : IChannelEdit
    {
        rules.RuleFor(c => c.Name).Name(ChannelCreation.InvalidName).When(c => c.Name is not null);
        rules.RuleFor(c => c.Topic).Text(TextRules.TopicLength, ChannelCreation.InvalidTopic);
        rules
            .RuleFor(c => c.SlowModeSeconds)
            .InclusiveBetween(0, LongestSlowMode)
            .WithMessage($"slow_mode_seconds must be between 0 and {LongestSlowMode}");
    }

    public static void VoiceBackground<T>(this Validator<T> rules)
        where T : IChannelEdit =>
        rules
            .RuleFor(c => c.VoiceBackground.Value)
            .Must(address => address is not { Length: > LongestAddress })
            .WithMessage("avatar URL must be at most 2048 characters")
            .Must(IsAddress)
            .WithMessage("avatar URL must be an HTTP(S) URL or /api/ path");

    private static bool IsAddress(string? address) =>
        string.IsNullOrEmpty(address)
        || address.StartsWith("/api/", StringComparison.Ordinal)
        || (Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https");
}
