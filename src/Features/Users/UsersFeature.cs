using System.Text.Json.Serialization;
using Chatalot.Features.Accounts;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Users;

/// <summary>The door of what people may know of each other: profiles, search and blocks.</summary>
public static class UsersFeature
{
    internal static Failure NotFound { get; } = Failure.NotFound("user not found");

    /// <summary>Registers <see cref="BlockDirectory"/>, <see cref="Acquaintances"/> and JSON.</summary>
    public static IServiceCollection AddUsers(this IServiceCollection services)
    {
        services.AddSingleton<BlockDirectory>();
        services.AddSingleton<Acquaintances>();
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(UsersJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(GetUser.Query), TypeInfoPropertyName = "GetUserQuery")]
[JsonSerializable(typeof(SearchUsers.Query), TypeInfoPropertyName = "SearchUsersQuery")]
[JsonSerializable(typeof(IReadOnlyList<UserPublic>))]
[JsonSerializable(typeof(BlockUser.Command), TypeInfoPropertyName = "BlockUserCommand")]
[JsonSerializable(typeof(UnblockUser.Command), TypeInfoPropertyName = "UnblockUserCommand")]
[JsonSerializable(typeof(IReadOnlyList<ListBlocked.BlockResponse>))]
internal sealed partial class UsersJson : JsonSerializerContext;
