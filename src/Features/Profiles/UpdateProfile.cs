using Chatalot.Features.Accounts;
using Chatalot.Shared.Endpoints;

namespace Chatalot.Features.Profiles;

/// <summary>PUT /api/account/profile: change how one shows oneself to others.</summary>
internal sealed class UpdateProfile(ProfileChanges profiles) : Endpoint<ProfileEdit, UserPublic>
{
    /// <inheritdoc/>
    public override void Configure()
    {
        Put("/api/account/profile");
        Summary("Change the own profile", 404);
    }

    /// <inheritdoc/>
    public override async Task<UserPublic> ExecuteAsync(ProfileEdit edit, CancellationToken ct)
    {
        return UserPublic.From(await profiles.ApplyAsync(User.Id(), Apply, ct));

        User Apply(User user)
        {
            var (changed, refusal) = edit.ApplyTo(user);
            return refusal is null ? changed : throw refusal.AsException();
        }
    }
}
