using System.Text.Json.Serialization;
using Chatalot.Shared.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Features.Polls;

/// <summary>The door of the feature: questions to a channel and the votes on them.</summary>
public static class PollsFeature
{
    /// <summary>Registers polls.</summary>
    public static IServiceCollection AddPolls(this IServiceCollection services)
    {
        services.AddSingleton<PollStore>();
        services.AddSingleton<Voting>();
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.AddContext(PollsJson.Default));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(PollResponse))]
[JsonSerializable(typeof(IReadOnlyList<PollResponse>))]
[JsonSerializable(typeof(IReadOnlyList<PollVotesResponse>), TypeInfoPropertyName = "PollVotesList")]
[JsonSerializable(typeof(CreatePoll.Command), TypeInfoPropertyName = "CreatePollCommand")]
[JsonSerializable(typeof(ListPolls.Query), TypeInfoPropertyName = "ListPollsQuery")]
[JsonSerializable(typeof(GetPoll.Query), TypeInfoPropertyName = "GetPollQuery")]
[JsonSerializable(typeof(Vote.Command), TypeInfoPropertyName = "VoteCommand")]
[JsonSerializable(typeof(WithdrawVote.Command), TypeInfoPropertyName = "WithdrawVoteCommand")]
[JsonSerializable(typeof(ClosePoll.Command), TypeInfoPropertyName = "ClosePollCommand")]
internal sealed partial class PollsJson : JsonSerializerContext;
