using Chatalot.Features.Accounts;
using Chatalot.Features.Channels;
using Chatalot.Features.Frames;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Groups;

/// <summary>
/// POST /api/groups: create a group with its first channel, <c>general</c>, by the community's policy. Every member of
/// the community joins a public group; a private one begins with its creator and the community's owner. A personal
/// group is made by moderators for one member, who owns it.
/// </summary>
internal sealed class CreateGroup(
    CommunityGate communities,
    IDocumentSession documents,
    ChannelMembership membership,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<CreateGroup.Command, GroupResponse>
{
    private const int GroupsPerCommunity = 200;

    public sealed record Command(
        Guid CommunityId,
        string Name,
        string? Description,
        string? Visibility,
        Guid? AssignedMemberId
    );

    public sealed class Rules : Validator<Command>
    {
        public Rules()
        {
            RuleFor(c => c.Name).Name("group name must be 1-64 characters");
            RuleFor(c => c.Description)
                .Text(TextRules.DescriptionLength, "description must be at most 2048 characters");
        }
    }

    public override void Configure()
    {
        Post("/api/groups");
        Summary("Create a group", 403, 404);
    }

    public override async Task<GroupResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var connection = await documents.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // Whoever joins meanwhile waits and then finds the group; whoever is being removed has no right here any more.
        await Ownership.LockAsync(connection, Ownership.Space.Community, command.CommunityId, ct);
        var standing = await communities.RequireAsync(
            connection,
            command.CommunityId,
            User.Id(),
            CommunityAction.View,
            ct
        );
        if (Refusal(standing, command) is { } refusal)
            throw refusal.AsException();

        var now = clock.GetUtcNow();
        var group = NewGroup(command, User.Id(), now);
        var ownerId = group.AssignedMemberId ?? User.Id();
        var general = new Channel
        {
            Id = Guid.CreateVersion7(now),
            Name = "general",
            Type = ChannelType.Text,
            CreatedBy = ownerId,
            GroupId = group.Id,
            CommunityId = group.CommunityId,
            CreatedAt = now,
            UpdatedAt = now,
        };

        await CheckAsync(connection, group, ct);
        documents.Insert(group);
        QueueMembers(group, ownerId);
        documents.InsertWithOwner(general, ownerId);
        documents.AddGroupMembers(general);
        GroupNews.About("group_created", group).Queue(documents, HttpContext, now);
        await documents.SaveChangesAsync(ct);
        var memberCount = await connection.FirstAsync(
            "select member_count from group_sizes where group_id = $1",
            row => row.GetInt32(0),
            ct,
            group.Id
        );
        var audience = await Audience.OfGroupAsync(connection, group.Id, ct);
        await transaction.CommitAsync(CancellationToken.None);

        await membership.GainedByManyAsync([general.Id]);
        news.TellPeople(
            audience,
            new GroupCreatedFrame(group.Id, group.CommunityId, group.Name, GroupNews.Word(group.Visibility))
        );
        return GroupResponse.From(group, memberCount);
    }

    /// <summary>
    /// Why the caller may not create this, or null. Instance admins act by the role that they have in the community,
    /// and nobody creates groups where they are no member.
    /// </summary>
    internal static Failure? Refusal(CommunityStanding standing, Command command)
    {
        if (standing.Row is null)
            return Failure.Forbidden;
        var level = standing.Instance is InstanceRole.Owner ? Level.InstanceOwner : Level.Of(standing.Row);
        if (command.AssignedMemberId is not null)
            return PermissionMatrix.Allows(CommunityAction.CreatePersonalGroup, level) ? null : Failure.Forbidden;
        return !standing.WhoCanCreateGroups.IsSatisfiedBy(level) ? Failure.Forbidden
            : command.Visibility is null or "public" or "private" ? null
            : Failure.Validation("visibility must be 'public' or 'private'");
    }

    private static Group NewGroup(Command command, Guid creatorId, DateTimeOffset now)
    {
        var isPersonal = command.AssignedMemberId is not null;
        return new Group
        {
            Id = Guid.CreateVersion7(now),
            CommunityId = command.CommunityId,
            Name = command.Name.Trim(),
            Description = command.Description.Trimmed(),
            OwnerId = creatorId,
            AssignedMemberId = command.AssignedMemberId,
            Visibility =
                isPersonal || command.Visibility == "private" ? GroupVisibility.Private : GroupVisibility.Public,
            Discoverable = !isPersonal,
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    /// <summary>The lock on the community holds the limit when two create at once.</summary>
    private static async Task CheckAsync(NpgsqlConnection connection, Group group, CancellationToken ct)
    {
        var (groups, assignedIsMember) = await connection.FirstAsync(
            """
            select (select count(*) from mt_doc_group where community_id = $1),
                   exists (select from community_members where community_id = $1 and user_id = $2)
            """,
            row => (row.GetInt64(0), row.GetBoolean(1)),
            ct,
            group.CommunityId,
            group.AssignedMemberId
        );
        if (group.IsPersonal && !assignedIsMember)
            throw Failure.Validation("assigned member must be a member of this community").AsException();
        if (groups >= GroupsPerCommunity)
            throw Failure.Validation($"maximum of {GroupsPerCommunity} groups per community").AsException();
    }

    private void QueueMembers(Group group, Guid ownerId)
    {
        documents.QueueSqlCommand(
            "insert into group_members (group_id, user_id, role, joined_at) values (?, ?, 3, ?)",
            group.Id,
            ownerId,
            group.CreatedAt
        );
        if (group.IsPersonal)
            return;
        documents.QueueSqlCommand(
            """
            insert into group_members (group_id, user_id, role, joined_at)
            select ?, user_id, 0, ? from community_members where community_id = ? and (? or role = 3)
            on conflict do nothing
            """,
            group.Id,
            group.CreatedAt,
            group.CommunityId,
            group.IsPublic
        );
    }
}
