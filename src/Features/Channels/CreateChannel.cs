using Chatalot.Features.Accounts;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using FluentValidation;
using Npgsql;

namespace Chatalot.Features.Channels;

/// <summary>
/// POST /api/channels: create a standalone channel, or one in a group for those who manage its channels.
/// </summary>
internal sealed class CreateChannel(
    GroupGate groups,
    IDocumentSession documents,
    NpgsqlDataSource database,
    ChannelMembership membership,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<CreateChannel.Command, ChannelResponse>
{
    /// <summary>Most channels without a group that one person owns.</summary>
    private const int StandalonePerOwner = 1000;

    public sealed record Command(string Name, string ChannelType, string? Topic, bool? Discoverable, Guid? GroupId);

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
        Post("/api/channels");
        Summary("Create a channel", 403, 404);
    }

    public override async Task<ChannelResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var group = command.GroupId is { } groupId
            ? await groups.RequireAsync(groupId, User.Id(), GroupAction.ManageChannels, ct)
            : null;
        var now = clock.GetUtcNow();
        var channel = new Channel
        {
            Id = Guid.CreateVersion7(now),
            Name = command.Name.Trimmed(),
            Type = ChannelCreation.ParseType(command.ChannelType)!.Value,
            Topic = command.Topic.Trimmed(),
            Discoverable = group is not null || command.Discoverable is not false,
            CreatedBy = User.Id(),
            GroupId = group?.GroupId,
            CommunityId = group?.CommunityId,
            CreatedAt = now,
            UpdatedAt = now,
        };
        ChannelNews.About("channel_created", channel).Queue(documents, HttpContext, now);
        if (group is not null)
        {
            var audience = await documents.CreateInGroupAsync(groups, channel, User.Id(), ct);
            await membership.GainedByManyAsync([channel.Id]);
            news.TellPeople(audience, ChannelNews.Created(channel));
        }
        else
        {
            await CheckQuotaAsync(ct);
            documents.InsertWithOwner(channel, User.Id());
            await documents.SaveChangesAsync(ct);
            await membership.GainedAsync([channel.Id], User.Id());
        }
        return ChannelResponse.From(channel);
    }

    /// <summary>Against flooding only: a few too many of two that are created at once do no harm.</summary>
    private async Task CheckQuotaAsync(CancellationToken ct)
    {
        var owned = await database.FirstAsync(
            """
            select count(*) from channel_members member
            join mt_doc_channel channel on channel.id = member.channel_id
            where member.user_id = $1 and member.role = 3 and channel.group_id is null
            """,
            row => row.GetInt64(0),
            ct,
            User.Id()
        );
        if (owned >= StandalonePerOwner)
            throw Failure.Validation($"maximum of {StandalonePerOwner} channels of your own").AsException();
    }
}
