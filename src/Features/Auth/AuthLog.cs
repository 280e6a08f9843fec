using Microsoft.Extensions.Logging;

namespace Chatalot.Features.Auth;

/// <summary>
/// Why somebody was not let in, for operators who look for it (DEBUG): reasons and ids, nothing secret.
/// </summary>
internal static partial class AuthLog
{
    /// <param name="logger">The slice's.</param>
    /// <param name="reason">A word such as <c>WrongPassword</c>.</param>
    /// <param name="userId">Whose account; null when there is none or it is not known.</param>
    [LoggerMessage(
        EventName = "LoginRefused",
        Level = LogLevel.Debug,
        Message = "Login refused: {Reason}, user {UserId}"
    )]
    public static partial void LoginRefused(ILogger logger, string reason, Guid? userId);

    /// <param name="logger">The slice's.</param>
    /// <param name="reason">A word such as <c>WrongCode</c>.</param>
    /// <param name="userId">Whose account; null when there is none or it is not known.</param>
    [LoggerMessage(
        EventName = "RecoveryRefused",
        Level = LogLevel.Debug,
        Message = "Account recovery refused: {Reason}, user {UserId}"
    )]
    public static partial void RecoveryRefused(ILogger logger, string reason, Guid? userId);

    /// <param name="logger">The slice's.</param>
    /// <param name="reason">A word such as <c>Reused</c>.</param>
    /// <param name="userId">Whose account; null when there is none or it is not known.</param>
    [LoggerMessage(
        EventName = "RefreshRefused",
        Level = LogLevel.Debug,
        Message = "Token refresh refused: {Reason}, user {UserId}"
    )]
    public static partial void RefreshRefused(ILogger logger, string reason, Guid? userId);

    /// <param name="logger">The bearer check's.</param>
    /// <param name="reason">A word such as <c>Expired</c>.</param>
    /// <param name="userId">Whose token, as far as it can be believed.</param>
    [LoggerMessage(
        EventName = "AccessTokenRefused",
        Level = LogLevel.Debug,
        Message = "Access token refused: {Reason}, user {UserId}"
    )]
    public static partial void AccessTokenRefused(ILogger logger, string reason, Guid? userId);
}
