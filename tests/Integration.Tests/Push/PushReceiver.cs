using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Chatalot.Shared.Outbound;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Chatalot.Integration.Tests.Push;

/// <summary>What a push service was asked.</summary>
internal sealed record PushRequest(string Host, string Path, IHeaderDictionary Headers, byte[] Body);

/// <summary>
/// A push service on a small internet of its own, over real TLS. The first part of a path is the status that it
/// answers.
/// </summary>
internal sealed class PushReceiver(WebApplication app, X509Certificate2 certificate) : IPublicNetwork, IAsyncDisposable
{
    private static readonly IPAddress Public = IPAddress.Parse("93.184.216.34");

    public ConcurrentQueue<PushRequest> Requests { get; } = new();

    /// <summary>Hosts that somebody wanted to connect to.</summary>
    public ConcurrentQueue<string> Resolved { get; } = new();

    public SslClientAuthenticationOptions Tls =>
        new()
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { certificate },
            },
        };

    public static async Task<PushReceiver> StartAsync()
    {
        var certificate = Certify("push.example", "other.example", "inside.example");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate))
        );
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var receiver = new PushReceiver(app, certificate);
        app.Run(receiver.AnswerAsync);
        await app.StartAsync();
        return receiver;
    }

    public void Join(IServiceCollection services) =>
        services.Replace(ServiceDescriptor.Singleton<IPublicNetwork>(this));

    public Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken ct)
    {
        Resolved.Enqueue(host);
        return Task.FromResult<IReadOnlyList<IPAddress>>([host == "inside.example" ? IPAddress.Loopback : Public]);
    }

    public async Task<Stream> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken ct)
    {
        port.ShouldBe(443);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(app.Urls.Single()).Port, ct);
        return new NetworkStream(socket, ownsSocket: true);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        certificate.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var path = context.Request.Path.Value!;
        context.Response.StatusCode = int.Parse(path.Split('/')[1]);
        if (context.Response.StatusCode == 429)
            context.Response.Headers.RetryAfter = "60";
        if (context.Response.StatusCode == 307)
            context.Response.Headers.Location = "https://other.example/201/elsewhere";
        // A copy: the server takes the request's own headers for the next one.
        var headers = new HeaderDictionary(context.Request.Headers.ToDictionary());
        Requests.Enqueue(new PushRequest(context.Request.Host.Host, path, headers, body.ToArray()));
    }

    private static X509Certificate2 Certify(params string[] hosts)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=push services", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
            names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}

/// <summary>A browser's half of push messages, written from RFC 8291 and RFC 8188, not from the server.</summary>
internal sealed class PushBrowser : IDisposable
{
    private readonly ECDiffieHellman key;
    private readonly byte[] secret;

    public PushBrowser()
        : this(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256), RandomNumberGenerator.GetBytes(16)) { }

    public PushBrowser(ECDiffieHellman key, byte[] secret) => (this.key, this.secret) = (key, secret);

    public object Subscription(string endpoint) =>
        new
        {
            endpoint,
            p256dh_key = Base64Url.EncodeToString(Point(key)),
            auth_key = Base64Url.EncodeToString(secret),
        };

    public JsonElement Open(byte[] body) => JsonElement.Parse(Decrypt(body));

    public byte[] Decrypt(byte[] body)
    {
        var (salt, point, cipher) = (body[..16], body[21..(21 + body[20])], body[(21 + body[20])..]);
        using var sender = ECDiffieHellman.Create(
            new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = point[1..33], Y = point[33..] },
            }
        );
        var shared = key.DeriveRawSecretAgreement(sender.PublicKey);
        byte[] about = [.. "WebPush: info\0"u8, .. Point(key), .. point];
        var material = HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, 32, secret, about);
        var contentKey = Derive(16, "Content-Encoding: aes128gcm\0"u8.ToArray());
        var nonce = Derive(12, "Content-Encoding: nonce\0"u8.ToArray());
        var plain = new byte[cipher.Length - 16];
        using var aes = new AesGcm(contentKey, 16);
        aes.Decrypt(nonce, cipher.AsSpan(..^16), cipher.AsSpan(^16..), plain);
        var end = plain.AsSpan().LastIndexOfAnyExcept((byte)0);
        plain[end].ShouldBe((byte)2, "the last record's delimiter");
        return plain[..end];

        byte[] Derive(int length, byte[] use) => HKDF.DeriveKey(HashAlgorithmName.SHA256, material, length, salt, use);
    }

    public void Dispose() => key.Dispose();

    private static byte[] Point(ECDiffieHellman key)
    {
        var q = key.ExportParameters(false).Q;
        return [4, .. q.X!, .. q.Y!];
    }
}
