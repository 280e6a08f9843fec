using System.Text.Json;
using Chatalot.Features.Accounts;
using Chatalot.Features.Pictures;
using Chatalot.Features.Spaces;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Json;
using FluentValidation;
using Npgsql;

namespace Chatalot.Features.Communities;

/// <summary>
/// PATCH /api/communities/{cid}: change name, description, pictures, policies, welcome message or theme. Admins and
/// above. An empty text clears, null clears welcome message and theme.
/// </summary>
internal sealed class UpdateCommunity(
    CommunityGate communities,
    PictureStore pictures,
    IDocumentStore documents,
    NpgsqlDataSource database,
    SpaceNews news,
    TimeProvider clock
) : Endpoint<UpdateCommunity.Command, CommunityResponse>
{
    public sealed record Command(
        Guid Cid,
        string? Name,
        string? Description,
        string? IconUrl,
        string? BannerUrl,
        string? WhoCanCreateGroups,
        string? WhoCanCreateInvites,
        bool? Discoverable,
        Optional<string> WelcomeMessage,
        Optional<JsonElement> CommunityTheme
    );

    public sealed class Rules : Validator<Command>
    {
        private const int WelcomeLength = 2000;

        public Rules()
        {
            RuleFor(c => c.Name).Name("community name must be 1-64 characters").When(c => c.Name is not null);
            RuleFor(c => c.Description)
                .Text(TextRules.DescriptionLength, "description must be at most 2048 characters");
            RuleFor(c => c.IconUrl).Must(PictureAddress.IsAllowed).WithMessage(PictureAddress.Invalid);
            RuleFor(c => c.BannerUrl).Must(PictureAddress.IsAllowed).WithMessage(PictureAddress.Invalid);
            Policy(c => c.WhoCanCreateGroups, "who_can_create_groups");
            Policy(c => c.WhoCanCreateInvites, "who_can_create_invites");
            RuleFor(c => c.WelcomeMessage.Value).Text(WelcomeLength, "welcome_message must be at most 2000 characters");
        }

        private void Policy(System.Linq.Expressions.Expression<Func<Command, string?>> member, string name) =>
            RuleFor(member)
                .Must(word => word is null || Spaces.Policies.Parse(word) is not null)
                .WithMessage($"{name} must be 'everyone', 'moderator', or 'admin'");
    }

    public override void Configure()
    {
        Patch("/api/communities/{cid}");
        Summary("Change a community", 403, 404, 409);
        DontThrowIfValidationFails();
    }

    public override async Task<CommunityResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        await communities.RequireAsync(command.Cid, User.Id(), CommunityAction.EditSettings, ct);
        ThrowIfAnyErrors();
        var theme = command.CommunityTheme.TryGet(out var sent) ? CommunityTheme.Read(sent) : null;

        IReadOnlyList<string?> shown = [];
        var updated = await documents.EditAsync<Community>(
            command.Cid,
            community =>
            {
                shown = community.Pictures;
                return With(community, command, theme, clock.GetUtcNow());
            },
            CommunityGate.NotFound,
            ct,
            (unit, community) =>
            {
                RevokeInvites(unit, community, command);
                new Act("community_updated") { CommunityId = community.Id }.Queue(unit, HttpContext, clock.GetUtcNow());
            }
        );
        await pictures.DeleteReplacedAsync(PictureFolder.CommunityAssets, updated.Id, shown, updated.Pictures);
        // It is stored: people are told also when the caller has hung up.
        await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
        var members = await Audience.OfCommunityAsync(connection, updated.Id, CancellationToken.None);
        news.TellPeople(members, updated.ToFrame());
        return CommunityResponse.From(updated, members.Count);
    }

    /// <summary>The community after the change.</summary>
    internal static Community With(
        Community community,
        Command command,
        IReadOnlyDictionary<string, string>? theme,
        DateTimeOffset now
    ) =>
        community with
        {
            Name = command.Name.Trimmed() ?? community.Name,
            Description = command.Description is null ? community.Description : command.Description.Trimmed(),
            IconUrl = Changed(command.IconUrl, community.IconUrl),
            BannerUrl = Changed(command.BannerUrl, community.BannerUrl),
            WhoCanCreateGroups = Spaces.Policies.Parse(command.WhoCanCreateGroups) ?? community.WhoCanCreateGroups,
            WhoCanCreateInvites = Spaces.Policies.Parse(command.WhoCanCreateInvites) ?? community.WhoCanCreateInvites,
            Discoverable = command.Discoverable ?? community.Discoverable,
            WelcomeMessage = command.WelcomeMessage.IsPresent
                ? command.WelcomeMessage.Value.Trimmed()
                : community.WelcomeMessage,
            Theme = command.CommunityTheme.IsPresent ? theme : community.Theme,
            UpdatedAt = now,
        };

    private static string? Changed(string? sent, string? current) =>
        sent is null ? current
        : sent is "" ? null
        : sent;

    /// <summary>Invites end with the right of those who made them.</summary>
    private static void RevokeInvites(IDocumentSession unit, Community community, Command command)
    {
        if (command.WhoCanCreateInvites is null)
            return;
        unit.QueueSqlCommand(
            """
            delete from community_invites invite using community_members member
            where invite.community_id = ? and member.community_id = invite.community_id
              and member.user_id = invite.created_by and member.role < ?
              and not exists (select from mt_doc_user account where account.id = member.user_id
                              and coalesce((account.data ->> 'is_admin')::boolean, false))
            """,
            community.Id,
            (short)community.WhoCanCreateInvites
        );
    }
}
