using System.Text.Json.Serialization;
using Chatalot.Features.Auth.TwoFactor;
using Chatalot.Shared.Json;
using Chatalot.Shared.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Auth;

/// <summary>The door of authentication: registration, logins, tokens and sessions.</summary>
public static class AuthFeature
{
    /// <summary>
    /// Registers the slices' services and the scheme <c>Bearer</c>. Resolving <see cref="TokenKeys"/> reads the key
    /// files or makes them; do so early, so that bad ones stop the start before the database is touched. The host adds
    /// the <see cref="SecondFactorKey"/>.
    /// </summary>
    public static IServiceCollection AddAuth(this IServiceCollection services, AuthOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(provider =>
            TokenKeys.LoadOrCreate(
                options.TokenKeys,
                provider.GetRequiredService<ILoggerFactory>().CreateLogger<TokenKeys>()
            )
        );
        services.AddSingleton<AccessTokens>();
        services.AddSingleton(_ => new PasswordHasher(options.Passwords));
        services.AddSingleton<InstanceSetup>();
        services.AddSingleton<FailureLog>();
        services.AddSingleton<RefusedLogins>();
        services.AddSingleton<SecondFactors>();
        services.AddSingleton<SignIn>();
        services.AddSingleton<PasswordCheckpoint>();
        services.AddSingleton<RecentLogin>();
        services.AddSingleton<LiveSessions>();
        services.AddSingleton<SessionRevocations>();
        services.AddHostedService<SecurityNotices>();
        services.AddSingleton<Authenticator>();
        services.AddSingleton<AdminBootstrap>();
        // AddAuthentication() would bring data protection, too: a ring of keys below HOME that nothing here uses.
        services.AddAuthenticationCore(authentication =>
        {
            authentication.AddScheme<BearerAuthentication>(BearerAuthentication.SchemeName, displayName: null);
            authentication.DefaultScheme = BearerAuthentication.SchemeName;
        });
        services.AddTransient<BearerAuthentication>();
        services.AddWebEncoders();
        services.AddAuthorization();
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(AuthJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Register.Command), TypeInfoPropertyName = "RegisterCommand")]
[JsonSerializable(typeof(Login.Command), TypeInfoPropertyName = "LoginCommand")]
[JsonSerializable(typeof(SignedInResponse))]
[JsonSerializable(typeof(Refresh.Command), TypeInfoPropertyName = "RefreshCommand")]
[JsonSerializable(typeof(Refresh.Response), TypeInfoPropertyName = "RefreshResponse")]
[JsonSerializable(typeof(Logout.Command), TypeInfoPropertyName = "LogoutCommand")]
[JsonSerializable(typeof(GetAuthConfig.Response), TypeInfoPropertyName = "GetAuthConfigResponse")]
[JsonSerializable(typeof(IReadOnlyList<ListSessions.SessionResponse>))]
[JsonSerializable(typeof(RevokeSession.Command), TypeInfoPropertyName = "RevokeSessionCommand")]
[JsonSerializable(typeof(LogoutAll.Response), TypeInfoPropertyName = "LogoutAllResponse")]
[JsonSerializable(typeof(ChangePassword.Command), TypeInfoPropertyName = "ChangePasswordCommand")]
[JsonSerializable(typeof(Recover.Command), TypeInfoPropertyName = "RecoverCommand")]
[JsonSerializable(typeof(RegenerateRecoveryCode.Command), TypeInfoPropertyName = "RegenerateRecoveryCodeCommand")]
[JsonSerializable(typeof(RecoveryCodeResponse))]
[JsonSerializable(typeof(SetUpTotp.Response), TypeInfoPropertyName = "SetUpTotpResponse")]
[JsonSerializable(typeof(VerifyTotp.Command), TypeInfoPropertyName = "VerifyTotpCommand")]
[JsonSerializable(typeof(VerifyTotp.Response), TypeInfoPropertyName = "VerifyTotpResponse")]
[JsonSerializable(typeof(DisableTotp.Command), TypeInfoPropertyName = "DisableTotpCommand")]
[JsonSerializable(typeof(DisableTotp.Response), TypeInfoPropertyName = "DisableTotpResponse")]
[JsonSerializable(typeof(RegenerateBackupCodes.Command), TypeInfoPropertyName = "RegenerateBackupCodesCommand")]
[JsonSerializable(typeof(RegenerateBackupCodes.Response), TypeInfoPropertyName = "RegenerateBackupCodesResponse")]
[JsonSerializable(typeof(GetTotpStatus.Response), TypeInfoPropertyName = "GetTotpStatusResponse")]
internal sealed partial class AuthJson : JsonSerializerContext;
