using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Chatalot.Features.Operations;

/// <summary>The certificate that people see.</summary>
/// <param name="Host">Host of <c>PUBLIC_URL</c>.</param>
/// <param name="ExpiresAt">When it ends; null: it could not be read.</param>
/// <param name="Problem">Why it could not be read.</param>
public sealed record CertificateFigures(string Host, DateTimeOffset? ExpiresAt, string? Problem);

/// <summary>
/// Reads the certificate of <c>PUBLIC_URL</c>, at most every six hours, in the background, when somebody asks.
/// </summary>
public sealed class Certificate(OperationsOptions options, TimeProvider clock)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(6);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private Task? reading;
    private CertificateFigures? known;
    private DateTimeOffset readAt;

    /// <summary>What is known; null without an https address, or before the first look is over.</summary>
    public CertificateFigures? Known
    {
        get
        {
            if (options.PublicUrl is not { Scheme: "https" } url)
                return null;
            lock (gate)
            {
                if (reading is not { IsCompleted: false } && (known is null || clock.GetUtcNow() - readAt > MaxAge))
                    reading = Task.Run(() => ReadAsync(url));
            }
            return known;
        }
    }

    private async Task ReadAsync(Uri url)
    {
        using var limit = new CancellationTokenSource(Limit);
        DateTimeOffset? end = null;
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(url.Host, url.Port, limit.Token);
            await using var tls = new SslStream(
                client.GetStream(),
                leaveInnerStreamOpen: false,
                (_, certificate, _, errors) =>
                {
                    // Noted also when it is refused: an expired certificate is what somebody wants to see here.
                    end = (certificate as X509Certificate2)?.NotAfter.ToUniversalTime();
                    return errors == SslPolicyErrors.None;
                }
            );
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = url.Host },
                limit.Token
            );
            known = new(url.Host, end, null);
        }
        catch (Exception problem)
            when (problem
                    is SocketException
                        or IOException
                        or OperationCanceledException
                        or System.Security.Authentication.AuthenticationException
            )
        {
            known = new(url.Host, end, problem.Message);
        }
        readAt = clock.GetUtcNow();
    }
}
