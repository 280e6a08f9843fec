using System.Text.Json.Serialization.Metadata;

namespace Chatalot.Shared.Endpoints;

/// <summary>
/// The member is read from the query only, also where a body could come. When everything else is in the route, whatever
/// comes as a body is ignored.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class QueryParamAttribute : Attribute
{
    internal static bool IsOn(JsonPropertyInfo member) =>
        member.AttributeProvider?.IsDefined(typeof(QueryParamAttribute), inherit: true) == true;
}
