using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Chatalot.Shared.Postgres;

/// <summary>One step of the database's schema, applied once.</summary>
/// <param name="Number">Its place in the order; unique over the whole server.</param>
/// <param name="Name">What it makes, for example <c>messages</c>.</param>
/// <param name="Sql">One or several statements; they run in one transaction.</param>
public sealed partial record SchemaScript(int Number, string Name, string Sql)
{
    /// <summary>As its file is called: <c>0301_messages</c>.</summary>
    public string FullName => string.Create(CultureInfo.InvariantCulture, $"{Number:0000}_{Name}");

    /// <summary>SHA-256 of the SQL in hexadecimal; line ends of other systems do not change it.</summary>
    public string Checksum =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>
    /// The scripts embedded in an assembly as <c>Schema/NNNN_name.sql</c>, in the order of their numbers.
    /// </summary>
    /// <exception cref="SchemaException">A name has another form, or two scripts have one number.</exception>
    public static IReadOnlyList<SchemaScript> FromAssembly(Assembly assembly) =>
        InOrder(
            assembly
                .GetManifestResourceNames()
                .Where(name => name.StartsWith("Schema/", StringComparison.Ordinal))
                .Select(name => Load(name, assembly.GetManifestResourceStream(name)!))
        );

    /// <summary>The scripts sorted by number.</summary>
    /// <exception cref="SchemaException">Two scripts have one number.</exception>
    internal static IReadOnlyList<SchemaScript> InOrder(IEnumerable<SchemaScript> scripts)
    {
        var sorted = scripts.OrderBy(script => script.Number).ToList();
        foreach (var (first, second) in sorted.Zip(sorted.Skip(1)))
            if (first.Number == second.Number)
                throw new SchemaException(
                    $"The schema scripts {first.FullName} and {second.FullName} have the same number."
                );
        return sorted;
    }

    /// <summary>Reads one embedded file.</summary>
    /// <exception cref="SchemaException">Its name is not <c>Schema/NNNN_name.sql</c>.</exception>
    internal static SchemaScript Load(string resource, Stream content)
    {
        if (ResourceName().Match(resource) is not { Success: true } match)
            throw new SchemaException($"The schema script {resource} must be named Schema/NNNN_name.sql.");
        using var reader = new StreamReader(content);
        var number = int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture);
        return new SchemaScript(number, match.Groups["name"].Value, reader.ReadToEnd());
    }

    [GeneratedRegex(@"^Schema/(?<number>\d{4})_(?<name>[a-z0-9_]+)\.sql$", RegexOptions.CultureInvariant)]
    private static partial Regex ResourceName();
}

/// <summary>The database's schema and this build do not fit together. The message says what to do.</summary>
public sealed class SchemaException(string message, Exception? inner = null) : Exception(message, inner);
