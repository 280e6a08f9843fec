using System.Security.Claims;
using Chatalot.Shared.Errors;
using FluentValidation;
using FluentValidation.Results;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Chatalot.Shared.Endpoints;

/// <summary>
/// What every endpoint has: the words of <c>Configure()</c> and the request's context. The vocabulary is FastEndpoints'
/// (docs/decisions), so that features would compile against the package unchanged.
/// </summary>
public abstract class BaseEndpoint
{
    private List<ValidationFailure>? validationFailures;

    /// <summary>The request's context.</summary>
    public HttpContext HttpContext { get; internal set; } = null!;

    /// <summary>The authenticated caller.</summary>
    public ClaimsPrincipal User => HttpContext.User;

    internal EndpointDefinition Definition { get; set; } = null!;

    /// <summary>Failed rules of the request, in the order of the rules.</summary>
    protected IReadOnlyList<ValidationFailure> ValidationFailures => validationFailures ?? [];

    /// <summary>
    /// Declares method, route and options. Called once at start on an instance without dependencies: touch only the
    /// methods of this class here.
    /// </summary>
    public abstract void Configure();

    internal abstract Task RunAsync(CancellationToken ct);

    /// <summary>GET (and HEAD) on this route.</summary>
    protected void Get(string route) => Verbs([HttpMethods.Get, HttpMethods.Head], route);

    /// <summary>GET on this route, and not HEAD: what is fetched is used up.</summary>
    protected void GetOnce(string route) => Verbs([HttpMethods.Get], route);

    /// <summary>POST on this route.</summary>
    protected void Post(string route) => Verbs([HttpMethods.Post], route);

    /// <summary>PUT on this route.</summary>
    protected void Put(string route) => Verbs([HttpMethods.Put], route);

    /// <summary>PATCH on this route.</summary>
    protected void Patch(string route) => Verbs([HttpMethods.Patch], route);

    /// <summary>DELETE on this route.</summary>
    protected void Delete(string route) => Verbs([HttpMethods.Delete], route);

    /// <summary>Callable without a token; a bogus token does no harm either.</summary>
    protected void AllowAnonymous() => Definition.IsAnonymous = true;

    /// <summary>Authorization policies that must hold.</summary>
    protected void Policies(params string[] policyNames) => Definition.PolicyNames = policyNames;

    /// <summary>
    /// One sentence for the API document, and the refusals (404, 409, ...) that a client must expect.
    /// </summary>
    protected void Summary(string summary, params int[] errorStatuses)
    {
        Definition.Summary = summary;
        Definition.ErrorStatuses = errorStatuses;
    }

    /// <summary>
    /// The status of success, for the API document, where the endpoint's result says another one than 200.
    /// </summary>
    protected void Answers(int status) => Definition.SuccessStatus = status;

    /// <summary>The endpoint reads a multipart form itself, as a stream; nothing of the body is bound.</summary>
    /// <param name="dontAutoBindFormData">Always true here: uploads are never buffered.</param>
    protected void AllowFileUploads(bool dontAutoBindFormData = true) =>
        Definition.ReadsFormItself = dontAutoBindFormData;

    /// <summary>
    /// Leaves failed rules to <see cref="ThrowIfAnyErrors"/>, for endpoints whose refusals come before them.
    /// </summary>
    protected void DontThrowIfValidationFails() => Definition.ThrowsOnFailedValidation = false;

    /// <summary>Anything that the framework offers for a route.</summary>
    protected void Options(Action<IEndpointConventionBuilder> convention) => Definition.Conventions.Add(convention);

    /// <summary>Refuses with the first failed rule (400), if there is one.</summary>
    protected void ThrowIfAnyErrors()
    {
        if (validationFailures is { Count: > 0 } failures)
            throw Failure.Validation(failures[0].ErrorMessage).AsException();
    }

    internal void Validate<TRequest>(TRequest request)
    {
        var validator = HttpContext.RequestServices.GetValidator<TRequest>();
        if (validator is null)
            return;
        var result = validator.Validate(request);
        if (result.IsValid)
            return;
        validationFailures = result.Errors;
        if (Definition.ThrowsOnFailedValidation)
            ThrowIfAnyErrors();
    }

    private void Verbs(string[] methods, string route)
    {
        Definition.Methods = methods;
        Definition.Route = route;
    }
}

/// <summary>
/// Rules of a request, found by its type and run before the handler; the first failed rule is the answer.
/// </summary>
/// <typeparam name="TRequest">The request record.</typeparam>
public abstract class Validator<TRequest> : AbstractValidator<TRequest>
{
    /// <summary>Stops at the first failed rule: the contract answers one text.</summary>
    protected Validator()
    {
        ClassLevelCascadeMode = CascadeMode.Stop;
        RuleLevelCascadeMode = CascadeMode.Stop;
    }
}
