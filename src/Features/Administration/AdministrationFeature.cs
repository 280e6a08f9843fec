using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Administration;

/// <summary>The door of what operators do: accounts, invites, purges, quarantine and the audit log.</summary>
public static class AdministrationFeature
{
    /// <summary>Registers the slices' services and JSON.</summary>
    public static IServiceCollection AddAdministration(this IServiceCollection services)
    {
        services.AddSingleton<AccountChanges>();
        services.AddSingleton<ShellAccess>();
        services.AddSingleton<ContentPurge>();
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(AdministrationJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ListUsers.Query), TypeInfoPropertyName = "ListUsersQuery")]
[JsonSerializable(typeof(IReadOnlyList<ListUsers.UserResponse>))]
[JsonSerializable(typeof(SuspendUser.Command), TypeInfoPropertyName = "SuspendUserCommand")]
[JsonSerializable(typeof(DeleteUser.Command), TypeInfoPropertyName = "DeleteUserCommand")]
[JsonSerializable(typeof(UnsuspendUser.Command), TypeInfoPropertyName = "UnsuspendUserCommand")]
[JsonSerializable(typeof(SetAdmin.Command), TypeInfoPropertyName = "SetAdminCommand")]
[JsonSerializable(typeof(ResetPassword.Command), TypeInfoPropertyName = "ResetPasswordCommand")]
[JsonSerializable(typeof(ResetSecondFactor.Command), TypeInfoPropertyName = "ResetSecondFactorCommand")]
[JsonSerializable(typeof(TransferInstance.Command), TypeInfoPropertyName = "TransferInstanceCommand")]
[JsonSerializable(typeof(IReadOnlyList<RegistrationInviteResponse>))]
[JsonSerializable(typeof(CreateRegistrationInvite.Command), TypeInfoPropertyName = "CreateInviteCommand")]
[JsonSerializable(typeof(DeleteRegistrationInvite.Command), TypeInfoPropertyName = "DeleteInviteCommand")]
[JsonSerializable(typeof(QueryAuditLog.Query), TypeInfoPropertyName = "QueryAuditLogQuery")]
[JsonSerializable(typeof(QueryAuditLog.Response), TypeInfoPropertyName = "QueryAuditLogResponse")]
[JsonSerializable(typeof(ListAllWebhooks.Query), TypeInfoPropertyName = "ListAllWebhooksQuery")]
[JsonSerializable(typeof(ListAllWebhooks.Response), TypeInfoPropertyName = "ListAllWebhooksResponse")]
[JsonSerializable(typeof(PurgeMessage.Command), TypeInfoPropertyName = "PurgeMessageCommand")]
[JsonSerializable(typeof(PurgeUserMessages.Command), TypeInfoPropertyName = "PurgeUserMessagesCommand")]
[JsonSerializable(typeof(PurgeChannel.Command), TypeInfoPropertyName = "PurgeChannelCommand")]
[JsonSerializable(typeof(PurgeResponse))]
[JsonSerializable(typeof(QuarantineMessage.Command), TypeInfoPropertyName = "QuarantineMessageCommand")]
[JsonSerializable(typeof(UnquarantineMessage.Command), TypeInfoPropertyName = "UnquarantineMessageCommand")]
[JsonSerializable(typeof(ListQuarantinedMessages.Query), TypeInfoPropertyName = "ListQuarantinedQuery")]
[JsonSerializable(typeof(IReadOnlyList<ListQuarantinedMessages.QuarantinedMessage>))]
internal sealed partial class AdministrationJson : JsonSerializerContext;

/// <summary>Memberships as the database hands them out.</summary>
internal static class StoredMemberships
{
    public static JsonTypeInfo<IReadOnlyList<ListUsers.MembershipResponse>> Json { get; } =
        (JsonTypeInfo<IReadOnlyList<ListUsers.MembershipResponse>>)
            JsonDefaults
                .CreateOptions(AdministrationJson.Default)
                .GetTypeInfo(typeof(IReadOnlyList<ListUsers.MembershipResponse>));
}
