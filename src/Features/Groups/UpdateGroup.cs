using System.Text.RegularExpressions;
using Chatalot.Features.Accounts;
using Chatalot.Features.Pictures;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Postgres;
using FluentValidation;
using Npgsql;

namespace Chatalot.Features.Groups;

/// <summary>
/// PATCH /api/groups/{id}: change name, description, pictures, colour, visibility. Group owner and admins; who may
/// invite is changed by community moderators only. An empty text clears.
/// </summary>
internal sealed partial class UpdateGroup(
    GroupGate groups,
    PictureStore pictures,
    IDocumentStore documents,
    NpgsqlDataSource database,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<UpdateGroup.Command, GroupResponse>
{
    public sealed record Command(
        Guid Id,
        string? Name,
        string? Description,
        string? Visibility,
        bool? Discoverable,
        bool? AllowInvites,
        string? IconUrl,
        string? BannerUrl,
        string? AccentColor
    );

    public sealed partial class Rules : Validator<Command>
    {
        public Rules()
        {
            RuleFor(c => c.Name).Name("group name must be 1–64 characters").When(c => c.Name is not null);
            RuleFor(c => c.Visibility)
                .Must(visibility => visibility is null or "public" or "private")
                .WithMessage("visibility must be 'public' or 'private'");
            RuleFor(c => c.Description)
                .Text(TextRules.DescriptionLength, "description must be at most 2048 characters");
            RuleFor(c => c.AccentColor)
                .Must(colour => colour is null or "" || HexColour().IsMatch(colour))
                .WithMessage("accent_color must be a hex color (e.g. #ff0000)");
            RuleFor(c => c.IconUrl).Must(PictureAddress.IsAllowed).WithMessage(PictureAddress.Invalid);
            RuleFor(c => c.BannerUrl).Must(PictureAddress.IsAllowed).WithMessage(PictureAddress.Invalid);
        }

        [GeneratedRegex(@"^#([0-9A-Fa-f]{3,4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})\z")]
        private static partial Regex HexColour();
    }

    public override void Configure()
    {
        Patch("/api/groups/{id}");
        Summary("Change a group", 403, 404, 409);
        DontThrowIfValidationFails();
    }

    public override async Task<GroupResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var standing = await groups.RequireAsync(command.Id, User.Id(), GroupAction.EditSettings, ct);
        if (command.AllowInvites is not null && !standing.ModeratesCommunity)
            throw Failure.Forbidden.AsException();
        ThrowIfAnyErrors();

        IReadOnlyList<string?> shown = [];
        var updated = await documents.EditAsync<Group>(
            command.Id,
            group =>
            {
                shown = group.Pictures;
                return With(group, command, clock.GetUtcNow());
            },
            GroupGate.NotFound,
            ct,
            (unit, group) =>
            {
                RevokeInvites(unit, standing, command);
                GroupNews.About("group_updated", group).Queue(unit, HttpContext, clock.GetUtcNow());
            }
        );
        await pictures.DeleteReplacedAsync(PictureFolder.GroupAssets, updated.Id, shown, updated.Pictures);
        // It is stored: people are told also when the caller has hung up.
        await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
        var audience = await Audience.OfGroupAsync(connection, command.Id, CancellationToken.None);
        var memberCount = await connection.FirstAsync(
            "select member_count from group_sizes where group_id = $1",
            row => row.GetInt32(0),
            CancellationToken.None,
            command.Id
        );
        news.TellPeople(audience, updated.ToFrame());
        return GroupResponse.From(updated, memberCount);
    }

    /// <summary>The group after the change. A personal group stays private.</summary>
    internal static Group With(Group group, Command command, DateTimeOffset now)
    {
        if (group.IsPersonal && command.Visibility == "public")
            throw Failure.Validation("a personal group cannot be public").AsException();
        return group with
        {
            Name = command.Name.Trimmed() ?? group.Name,
            Description = command.Description is null ? group.Description : command.Description.Trimmed(),
            Visibility = command.Visibility switch
            {
                "public" => GroupVisibility.Public,
                "private" => GroupVisibility.Private,
                _ => group.Visibility,
            },
            Discoverable = command.Discoverable ?? group.Discoverable,
            AllowInvites = command.AllowInvites ?? group.AllowInvites,
            IconUrl = Changed(command.IconUrl, group.IconUrl),
            BannerUrl = Changed(command.BannerUrl, group.BannerUrl),
            AccentColor = Changed(command.AccentColor, group.AccentColor),
            UpdatedAt = now,
        };
    }

    private static string? Changed(string? sent, string? current) =>
        sent is null ? current
        : sent is "" ? null
        : sent;

    /// <summary>
    /// Whoever switches invites to a personal group off means those that its members made too, also members whose
    /// account is gone.
    /// </summary>
    private static void RevokeInvites(IDocumentSession unit, GroupStanding standing, Command command)
    {
        if (!standing.IsPersonal || command.AllowInvites is not false)
            return;
        unit.QueueSqlCommand(
            """
            delete from group_invites
            where group_id = ? and not exists (
                select from community_members above
                where above.community_id = ? and above.user_id = group_invites.created_by and above.role >= 1)
            """,
            standing.GroupId,
            standing.CommunityId
        );
    }
}
