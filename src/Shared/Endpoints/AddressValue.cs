using System.Globalization;
using System.Text.Json;
using Chatalot.Shared.Errors;

namespace Chatalot.Shared.Endpoints;

/// <summary>
/// Puts a value of a request's path or query, which is text, into JSON as its member's type wants it.
/// </summary>
internal static class AddressValue
{
    /// <param name="writer">Takes it.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="type">The member's type.</param>
    /// <param name="text">The value in the address.</param>
    /// <param name="words">What a refusal calls it.</param>
    /// <exception cref="FailureException">400: it is no value of that type.</exception>
    public static void Write(Utf8JsonWriter writer, string name, Type type, string text, string words)
    {
        if (
            type == typeof(int)
            && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var i)
        )
            writer.WriteNumber(name, i);
        else if (
            type == typeof(long)
            && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var l)
        )
            writer.WriteNumber(name, l);
        else if (type == typeof(bool) && text is "true" or "false")
            writer.WriteBoolean(name, text == "true");
        else if (type == typeof(int) || type == typeof(long) || type == typeof(bool))
            throw Failure.Validation($"invalid {words}").AsException();
        else if (type == typeof(Guid))
            writer.WriteString(
                name,
                Uuid.TryParse(text, out var id) ? id : throw Failure.Validation($"invalid {words}").AsException()
            );
        else
            writer.WriteString(name, text);
    }
}
