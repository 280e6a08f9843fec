using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace Chatalot.Shared.Security;

/// <summary>
/// libsodium, the only foreign code in this process: Argon2id and Ed25519, which .NET itself does not offer. Every call
/// checks lengths here, because the library cannot.
/// </summary>
internal static partial class Sodium
{
    public const int Ed25519SeedBytes = 32;
    public const int Ed25519PublicKeyBytes = 32;
    public const int Ed25519SecretKeyBytes = 64;
    public const int Ed25519SignatureBytes = 64;

    /// <summary>Room for a PHC string with its closing zero (<c>crypto_pwhash_STRBYTES</c>).</summary>
    public const int PasswordHashBytes = 128;

    private const string Library = "sodium";
    private const int Argon2Id13 = 2;

    /// <summary>
    /// 1.0.18 and earlier are <c>.so.23</c> (Debian, Ubuntu), later ones <c>.so.26</c> (Fedora, Alpine, Arch).
    /// </summary>
    private static readonly string[] FileNames = ["libsodium.so.23", "libsodium.so.26", "libsodium.so", "libsodium"];

    static Sodium()
    {
        NativeLibrary.SetDllImportResolver(typeof(Sodium).Assembly, Resolve);
        if (sodium_init() < 0)
            throw new InvalidOperationException("libsodium could not be initialised");
    }

    /// <summary>An Argon2id PHC string (version 0x13, one lane, random salt).</summary>
    /// <exception cref="InsufficientMemoryException">The memory that the hash needs was not to be had.</exception>
    public static string HashPassword(ReadOnlySpan<byte> password, int passes, int memoryKiB)
    {
        Span<byte> phc = stackalloc byte[PasswordHashBytes];
        var result = crypto_pwhash_str_alg(
            phc,
            password,
            (ulong)password.Length,
            (ulong)passes,
            (nuint)memoryKiB * 1024,
            Argon2Id13
        );
        if (result != 0)
            throw new InsufficientMemoryException("no memory for a password hash");
        return Encoding.ASCII.GetString(phc[..phc.IndexOf((byte)0)]);
    }

    /// <summary>
    /// Whether the password made this PHC string; its own parameters count, any number of lanes included.
    /// </summary>
    /// <param name="phc">The PHC string.</param>
    /// <param name="password">UTF-8 bytes.</param>
    /// <exception cref="InsufficientMemoryException">The memory that the hash needs was not to be had.</exception>
    public static bool VerifyPassword(string phc, ReadOnlySpan<byte> password)
    {
        const int noMemory = 12;
        var terminated = Terminated(phc);
        if (!IsTerminated(terminated))
            return false;
        if (crypto_pwhash_str_verify(terminated, password, (ulong)password.Length) == 0)
            return true;
        return Marshal.GetLastPInvokeError() == noMemory
            ? throw new InsufficientMemoryException("no memory to check a password hash")
            : false;
    }

    /// <summary>Whether the PHC string was made with other passes or memory, or is not Argon2id.</summary>
    public static bool NeedsRehash(string phc, int passes, int memoryKiB)
    {
        var terminated = Terminated(phc);
        return !IsTerminated(terminated)
            || crypto_pwhash_str_needs_rehash(terminated, (ulong)passes, (nuint)memoryKiB * 1024) != 0;
    }

    public static void DeriveEd25519(ReadOnlySpan<byte> seed, Span<byte> publicKey, Span<byte> secretKey)
    {
        RequireLength(seed.Length, Ed25519SeedBytes);
        RequireLength(publicKey.Length, Ed25519PublicKeyBytes);
        RequireLength(secretKey.Length, Ed25519SecretKeyBytes);
        _ = crypto_sign_seed_keypair(publicKey, secretKey, seed);
    }

    public static void SignEd25519(ReadOnlySpan<byte> message, ReadOnlySpan<byte> secretKey, Span<byte> signature)
    {
        RequireLength(secretKey.Length, Ed25519SecretKeyBytes);
        RequireLength(signature.Length, Ed25519SignatureBytes);
        _ = crypto_sign_detached(signature, 0, message, (ulong)message.Length, secretKey);
    }

    public static bool VerifyEd25519(
        ReadOnlySpan<byte> signature,
        ReadOnlySpan<byte> message,
        ReadOnlySpan<byte> publicKey
    ) =>
        signature.Length == Ed25519SignatureBytes
        && publicKey.Length == Ed25519PublicKeyBytes
        && crypto_sign_verify_detached(signature, message, (ulong)message.Length, publicKey) == 0;

    /// <summary>On the curve, in canonical form, in the main subgroup and not of small order.</summary>
    public static bool IsValidEd25519Point(ReadOnlySpan<byte> point) =>
        point.Length == Ed25519PublicKeyBytes && crypto_core_ed25519_is_valid_point(point) == 1;

    private static byte[] Terminated(string phc) => Encoding.ASCII.GetBytes(phc + '\0');

    private static bool IsTerminated(ReadOnlySpan<byte> phc) =>
        phc.Length <= PasswordHashBytes && phc.IndexOf((byte)0) == phc.Length - 1;

    private static void RequireLength(int length, int required)
    {
        if (length != required)
            throw new ArgumentException($"{required} bytes are needed, not {length}");
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
            return 0;
        foreach (var fileName in FileNames)
        {
            if (NativeLibrary.TryLoad(fileName, assembly, path, out var handle))
                return handle;
        }
        throw new DllNotFoundException("libsodium is not installed (on Debian: apt-get install libsodium23)");
    }

    [LibraryImport(Library)]
    private static partial int sodium_init();

    [LibraryImport(Library)]
    private static partial int crypto_pwhash_str_alg(
        Span<byte> output,
        ReadOnlySpan<byte> password,
        ulong passwordLength,
        ulong operations,
        nuint memoryBytes,
        int algorithm
    );

    [LibraryImport(Library, SetLastError = true)]
    private static partial int crypto_pwhash_str_verify(
        ReadOnlySpan<byte> phc,
        ReadOnlySpan<byte> password,
        ulong passwordLength
    );

    [LibraryImport(Library)]
    private static partial int crypto_pwhash_str_needs_rehash(
        ReadOnlySpan<byte> phc,
        ulong operations,
        nuint memoryBytes
    );

    [LibraryImport(Library)]
    private static partial int crypto_sign_seed_keypair(
        Span<byte> publicKey,
        Span<byte> secretKey,
        ReadOnlySpan<byte> seed
    );

    [LibraryImport(Library)]
    private static partial int crypto_sign_detached(
        Span<byte> signature,
        nint signatureLength,
        ReadOnlySpan<byte> message,
        ulong messageLength,
        ReadOnlySpan<byte> secretKey
    );

    [LibraryImport(Library)]
    private static partial int crypto_sign_verify_detached(
        ReadOnlySpan<byte> signature,
        ReadOnlySpan<byte> message,
        ulong messageLength,
        ReadOnlySpan<byte> publicKey
    );

    [LibraryImport(Library)]
    private static partial int crypto_core_ed25519_is_valid_point(ReadOnlySpan<byte> point);
}
