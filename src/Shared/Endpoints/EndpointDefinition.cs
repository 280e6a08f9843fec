using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Shared.Endpoints;

/// <summary>
/// What an endpoint said about itself in <c>Configure()</c>; also endpoint metadata, so that the API document can read
/// it.
/// </summary>
public sealed class EndpointDefinition
{
    /// <summary>The endpoint's class: the name of the use case.</summary>
    public required Type EndpointType { get; init; }

    /// <summary>Name of the operation in the API document; unique.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>The last part of the class's namespace.</summary>
    public string Feature => EndpointType.Namespace!.Split('.')[^1];

    /// <summary>The request record, or null when nothing is read from the request.</summary>
    public Type? RequestType { get; init; }

    /// <summary>The response record, or null for an empty body.</summary>
    public Type? ResponseType { get; init; }

    /// <summary>HTTP methods; a GET endpoint also answers HEAD.</summary>
    public IReadOnlyList<string> Methods { get; internal set; } = [];

    /// <summary>Route pattern, for example <c>/api/channels/{id}</c>.</summary>
    public string Route { get; internal set; } = "";

    /// <summary>Callable without a token.</summary>
    public bool IsAnonymous { get; internal set; }

    /// <summary>One sentence for the API document.</summary>
    public string? Summary { get; internal set; }

    /// <summary>Authorization policies that must hold besides a valid token.</summary>
    public IReadOnlyList<string> PolicyNames { get; internal set; } = [];

    /// <summary>Status of success, for the API document.</summary>
    public int SuccessStatus { get; internal set; } = StatusCodes.Status200OK;

    /// <summary>Refusals beyond 400, 401 and 429 that the endpoint may answer, for the API document.</summary>
    public IReadOnlyList<int> ErrorStatuses { get; internal set; } = [];

    internal bool ThrowsOnFailedValidation { get; set; } = true;

    /// <summary>Built at the first request; of the type that the endpoint asks for.</summary>
    internal object? Binder { get; set; }

    internal bool ReadsFormItself { get; set; }

    internal List<Action<IEndpointConventionBuilder>> Conventions { get; } = [];
}

/// <summary>Settings that all endpoints share.</summary>
public sealed class EndpointOptions
{
    /// <summary>
    /// Words for route values in error texts: <c>cid</c> may read <c>community ID</c>, giving <c>invalid community
    /// ID</c>.
    /// </summary>
    public Dictionary<string, string> RouteValueNames { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Doors by the name of the route value that they guard. Before a malformed request is told so, its door is asked
    /// whether the caller may pass at all; it throws the refusal.
    /// </summary>
    public Dictionary<string, Func<HttpContext, CancellationToken, Task>> RouteValueDoors { get; } =
        new(StringComparer.Ordinal);
}
