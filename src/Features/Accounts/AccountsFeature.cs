using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Accounts;

/// <summary>The door of the accounts: who users are and what is known of them.</summary>
public static class AccountsFeature
{
    /// <summary>Registers documents, JSON, <see cref="AccountDirectory"/> and <see cref="InstancePolicy"/>.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddSingleton<AccountDirectory>();
        services.AddInstancePolicies();
        services.ConfigureMarten(options =>
        {
            options.UseContext(AccountsJson.Default);
            options.Schema.Include<AccountDocuments>();
        });
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(AccountsJson.Default));
    }
}

/// <summary>How accounts are stored.</summary>
internal sealed class AccountDocuments : MartenRegistry
{
    public const string UsernameTaken = "mt_doc_user_uidx_username_key";
    public const string EmailTaken = "mt_doc_user_uidx_email_key";

    /// <summary>For statements that select whole accounts beside other columns.</summary>
    public static JsonTypeInfo<User> Json { get; } =
        (JsonTypeInfo<User>)JsonDefaults.CreateOptions(AccountsJson.Default).GetTypeInfo(typeof(User));

    public AccountDocuments() =>
        For<User>()
            .DocumentAlias("user")
            .UniqueIndex(user => user.UsernameKey)
            .UniqueIndex(user => user.EmailKey)
            .UseOptimisticConcurrency(true);
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(User))]
[JsonSerializable(typeof(UserPublic))]
internal sealed partial class AccountsJson : JsonSerializerContext;
