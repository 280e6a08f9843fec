using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Chatalot.Shared.Security;

/// <summary>Ed25519 keys as PEM files (RFC 8410): PKCS#8 for the private key, SPKI for the public one.</summary>
internal static class TokenKeyFiles
{
    private const string Ed25519Oid = "1.3.101.112";
    private const string PrivateKeyLabel = "PRIVATE KEY";
    private const string PublicKeyLabel = "PUBLIC KEY";

    public static Ed25519KeyPair ReadPrivate(string path) =>
        Read(
            path,
            PrivateKeyLabel,
            der =>
            {
                var key = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
                // 0: PKCS#8; 1: RFC 5958, which may add attributes and the public key. Only the seed counts.
                if (!key.TryReadInt32(out var version) || version is not (0 or 1))
                    throw new AsnContentException("unknown version");
                RequireEd25519(key);
                var inner = new AsnReader(key.ReadOctetString(), AsnEncodingRules.DER);
                return new Ed25519KeyPair(inner.ReadOctetString());
            }
        );

    public static byte[] ReadPublic(string path) =>
        Read(
            path,
            PublicKeyLabel,
            der =>
            {
                var key = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
                RequireEd25519(key);
                var bytes = key.ReadBitString(out _);
                return bytes.Length == Ed25519.PublicKeyBytes
                    ? bytes
                    : throw new AsnContentException("not an Ed25519 key");
            }
        );

    /// <summary>Writes the private key for its owner's eyes only. False: another process was first.</summary>
    public static bool TryWritePrivate(string path, Ed25519KeyPair pair) =>
        KeyFile.TryCreate(path, PemEncoding.WriteString(PrivateKeyLabel, ToPkcs8(pair.Seed)));

    public static void WritePublic(string path, ReadOnlySpan<byte> publicKey) =>
        KeyFile.TryCreate(path, PemEncoding.WriteString(PublicKeyLabel, ToSpki(publicKey)), isPublic: true);

    private static T Read<T>(string path, string label, Func<byte[], T> decode)
    {
        var pem = File.ReadAllText(path);
        try
        {
            var fields = PemEncoding.Find(pem);
            if (!pem.AsSpan()[fields.Label].SequenceEqual(label))
                throw new AsnContentException("another kind of PEM");
            return decode(Convert.FromBase64String(pem[fields.Base64Data]));
        }
        catch (Exception wrong) when (wrong is AsnContentException or ArgumentException or FormatException)
        {
            throw new InvalidDataException(
                $"{path} does not hold an Ed25519 key in PEM form with the label \"{label}\""
            );
        }
    }

    private static void RequireEd25519(AsnReader key)
    {
        if (key.ReadSequence().ReadObjectIdentifier() != Ed25519Oid)
            throw new AsnContentException("not an Ed25519 key");
    }

    private static byte[] ToPkcs8(ReadOnlySpan<byte> seed)
    {
        var inner = new AsnWriter(AsnEncodingRules.DER);
        inner.WriteOctetString(seed);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            WriteAlgorithm(writer);
            writer.WriteOctetString(inner.Encode());
        }
        return writer.Encode();
    }

    private static byte[] ToSpki(ReadOnlySpan<byte> publicKey)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            WriteAlgorithm(writer);
            writer.WriteBitString(publicKey);
        }
        return writer.Encode();
    }

    private static void WriteAlgorithm(AsnWriter writer)
    {
        using (writer.PushSequence())
            writer.WriteObjectIdentifier(Ed25519Oid);
    }
}
