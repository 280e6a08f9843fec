using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using FluentValidation;

namespace Chatalot.Features.Groups;

/// <summary>
/// POST /api/groups/{id}/channels: create a channel for all members of the group; at most 100 per group.
/// </summary>
internal sealed class CreateGroupChannel(
    GroupGate groups,
    IDocumentSession documents,
    ChannelMembership membership,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<CreateGroupChannel.Command, ChannelResponse>
{
    public sealed record Command(Guid Id, string Name, string ChannelType, string? Topic);

    public sealed class Rules : Validator<Command>
    {
        public Rules()
        {
            RuleFor(c => c.ChannelType)
                .Must(type => ChannelCreation.ParseType(type) is not null)
                .WithMessage(ChannelCreation.InvalidType);
            RuleFor(c => c.Name).Name(ChannelCreation.InvalidName);
            RuleFor(c => c.Topic).Text(TextRules.TopicLength, ChannelCreation.InvalidTopic);
        }
    }

    public override void Configure()
    {
        Post("/api/groups/{id}/channels");
        Summary("Create a channel in a group", 403, 404);
        DontThrowIfValidationFails();
    }

    public override async Task<ChannelResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var group = await groups.RequireAsync(command.Id, User.Id(), GroupAction.ManageChannels, ct);
        ThrowIfAnyErrors();
        var now = clock.GetUtcNow();
        var channel = new Channel
        {
            Id = Guid.CreateVersion7(now),
            Name = command.Name.Trimmed(),
            Type = ChannelCreation.ParseType(command.ChannelType)!.Value,
            Topic = command.Topic.Trimmed(),
            CreatedBy = User.Id(),
            GroupId = group.GroupId,
            CommunityId = group.CommunityId,
            CreatedAt = now,
            UpdatedAt = now,
        };
        ChannelNews.About("channel_created", channel).Queue(documents, HttpContext, now);
        var audience = await documents.CreateInGroupAsync(groups, channel, User.Id(), ct);
        await membership.GainedByManyAsync([channel.Id]);
        news.TellPeople(audience, ChannelNews.Created(channel));
        return ChannelResponse.From(channel);
    }
}
