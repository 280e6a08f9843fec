using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Audit;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Logging;
using FluentValidation;

namespace Chatalot.Features.Operations;

/// <summary>
/// PUT /api/admin/log-level: another verbosity for a while, in every process; an empty directive ends it. Operators
/// only; audited.
/// </summary>
public sealed class SetLogLevel(LogLevelOverride level, LogPipeline log, IDocumentSession documents, TimeProvider clock)
    : Endpoint<SetLogLevel.Command, LogLevelResponse>
{
    private const int UsualMinutes = 15;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>The verbosity and its end.</summary>
    /// <param name="Directive">As in <c>RUST_LOG</c>, at most 500 characters; empty: back to the configuration.</param>
    /// <param name="Until">When it ends, at most a day from now; 15 minutes unless given.</param>
    /// <param name="Minutes">How long it holds, in place of <paramref name="Until"/>.</param>
    public sealed record Command(string? Directive = null, DateTimeOffset? Until = null, int? Minutes = null);

    /// <summary>What may be set.</summary>
    public sealed class Rules : Validator<Command>
    {
        /// <summary>The rules.</summary>
        public Rules()
        {
            RuleFor(c => c.Directive)
                .NotNull()
                .WithMessage("directive is required")
                .MaximumLength(500)
                .WithMessage("directive must be at most 500 characters");
            RuleFor(c => c.Directive)
                .Must(directive => string.IsNullOrEmpty(directive) || Ignored(directive).Count == 0)
                .WithMessage(c => $"not a directive: {Ignored(c.Directive!)[0]}");
            RuleFor(c => c.Minutes).InclusiveBetween(1, 1440).WithMessage("minutes must be between 1 and 1440");
        }

        private static IReadOnlyList<string> Ignored(string directive) => Verbosity.Parse(directive).IgnoredItems;
    }

    /// <inheritdoc/>
    public override void Configure()
    {
        Put("/api/admin/log-level");
        Policies(InstancePolicy.Operator);
        Summary("Change the verbosity for a while", 400, 403);
    }

    /// <inheritdoc/>
    public override async Task<LogLevelResponse> ExecuteAsync(Command command, CancellationToken ct)
    {
        var directive = command.Directive!.Trim();
        var now = clock.GetUtcNow();
        var until = command.Until ?? now.AddMinutes(command.Minutes ?? UsualMinutes);
        if (until <= now || until > now + Longest)
            throw Failure.Validation("until must be within the next day").AsException();
        var facts = new JsonObject { ["directive"] = directive };
        // Back to the configuration is for good.
        if (directive.Length > 0)
            facts["until"] = until.ToString("O");
        documents.QueueAudit("log_level_changed", User.Id(), AuditOrigin.Of(HttpContext), now, facts);
        await documents.SaveChangesAsync(ct);
        await level.SetAsync(directive, until, ct);
        return LogLevelResponse.Of(level, log);
    }
}
