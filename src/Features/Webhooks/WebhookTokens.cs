using System.Security.Cryptography;
using System.Text;
using Chatalot.Shared.Security;

namespace Chatalot.Features.Webhooks;

/// <summary>
/// The token that a webhook is made with. It follows from the server's signing key and the webhook's id, so that a
/// creation whose answer was lost can be answered again although only a hash is stored. Tokens given later are random.
/// </summary>
internal sealed class WebhookTokens(TokenKeys keys)
{
    /// <summary>
    /// The first token of this webhook; nobody without the key can tell it. Another one after a change of keys.
    /// </summary>
    public string FirstOf(Guid webhookId)
    {
        // Signatures of Ed25519 are the same every time (RFC 8032 5.1.6). No access token begins with these words.
        Span<byte> signature = stackalloc byte[Ed25519.SignatureBytes];
        keys.Signing.Sign(Encoding.UTF8.GetBytes($"chatalot webhook token {webhookId}"), signature);
        return WebhookToken.From(SHA512.HashData(signature));
    }
}
