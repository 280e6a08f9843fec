using System.Text.Json.Serialization;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using FluentValidation;

namespace Chatalot.Integration.Tests.Endpoints;

/// <summary>Takes something from everywhere.</summary>
public sealed class RenameThing : Endpoint<RenameThing.Command, RenameThing.Result>
{
    public sealed record Command(Guid Id, string Name, int? Size, IReadOnlyList<string>? Tags);

    public sealed record Result(Guid Id, string Name, int? Size, int Tags);

    public sealed class Rules : Validator<Command>
    {
        public Rules()
        {
            RuleFor(c => c.Name).NotEmpty().WithMessage("name must not be empty");
            RuleFor(c => c.Name).MaximumLength(5).WithMessage("name too long");
        }
    }

    public override void Configure()
    {
        AllowAnonymous();
        Patch("/api/things/{id}");
        Summary("Rename a thing", 404);
    }

    public override Task<Result> ExecuteAsync(Command req, CancellationToken ct) =>
        Task.FromResult(new Result(req.Id, req.Name, req.Size, req.Tags?.Count ?? 0));
}

/// <summary>Reads route and query.</summary>
public sealed class ListThings : Endpoint<ListThings.Query, IReadOnlyList<string>>
{
    public sealed record Query(Guid Cid, int? Limit, bool? Deep, string? Word);

    public override void Configure()
    {
        AllowAnonymous();
        Get("/api/shelves/{cid}/things");
    }

    public override Task<IReadOnlyList<string>> ExecuteAsync(Query req, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<string>>([$"{req.Cid}", $"{req.Limit}", $"{req.Deep}", $"{req.Word}"]);
}

/// <summary>Has nothing to read but its route, and refuses before its rules do.</summary>
public sealed class TouchThing : Endpoint<TouchThing.Command>
{
    public sealed record Command(string Word);

    public sealed class Rules : Validator<Command>
    {
        public Rules() => RuleFor(c => c.Word).MaximumLength(3).WithMessage("word too long");
    }

    public override void Configure()
    {
        AllowAnonymous();
        Post("/api/touch/{word}");
        DontThrowIfValidationFails();
    }

    public override Task<object?> ExecuteAsync(Command req, CancellationToken ct)
    {
        if (req.Word.StartsWith('x'))
            throw Failure.Forbidden.AsException();
        ThrowIfAnyErrors();
        return Task.FromResult<object?>(null);
    }
}

/// <summary>Has no body: what is not in its route is a query value.</summary>
public sealed class SweepShelf : Endpoint<SweepShelf.Command, SweepShelf.Result>
{
    public sealed record Command(Guid Cid, [property: QueryParam] bool? Deep);

    public sealed record Result(bool? Deep);

    public override void Configure()
    {
        AllowAnonymous();
        Post("/api/shelves/{cid}/sweep");
    }

    public override Task<Result> ExecuteAsync(Command req, CancellationToken ct) =>
        Task.FromResult(new Result(req.Deep));
}

/// <summary>Takes a bare array.</summary>
public sealed class CountThings : Endpoint<List<int>, CountThings.Result>
{
    public sealed record Result(int Count);

    public override void Configure()
    {
        AllowAnonymous();
        Post("/api/count");
    }

    public override Task<Result> ExecuteAsync(List<int> req, CancellationToken ct) =>
        Task.FromResult(new Result(req.Count));
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(RenameThing.Command), TypeInfoPropertyName = "RenameThingCommand")]
[JsonSerializable(typeof(RenameThing.Result), TypeInfoPropertyName = "RenameThingResult")]
[JsonSerializable(typeof(ListThings.Query), TypeInfoPropertyName = "ListThingsQuery")]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(TouchThing.Command), TypeInfoPropertyName = "TouchThingCommand")]
[JsonSerializable(typeof(SweepShelf.Command), TypeInfoPropertyName = "SweepShelfCommand")]
[JsonSerializable(typeof(SweepShelf.Result), TypeInfoPropertyName = "SweepShelfResult")]
[JsonSerializable(typeof(List<int>))]
[JsonSerializable(typeof(CountThings.Result), TypeInfoPropertyName = "CountThingsResult")]
internal sealed partial class SampleJson : JsonSerializerContext;
