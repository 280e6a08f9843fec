using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Chatalot.Features.Accounts;
using Chatalot.Features.Auth;
using Chatalot.Features.Spaces;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Documents;
using Chatalot.Shared.Security;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Chatalot.Integration.Tests.Hosting;

/// <summary>
/// Every route of the API document gets random and malformed requests, from its owner, a member and strangers: whatever
/// comes, the server answers, and never with a fault of its own.
/// </summary>
public sealed class FuzzTests
{
    private const int Seed = 20310405;
    private const int MostRequests = 4000;
    private const int Rounds = 20;
    private const int AtOnce = 6;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Whatever_comes_no_route_fails_with_a_fault_of_the_server()
    {
        await using var server = await TestServer.StartAsync(set: new() { ["COMMUNITY_CREATION_MODE"] = "open" });
        var owner = await server.AddPersonAsync("owner", InstanceRole.Owner);
        var rosa = await server.AddPersonAsync("rosa");
        var community = (await rosa.PostAsync("/communities", new { name = "Harbour" })).Id;
        var group = (await rosa.PostAsync("/groups", new { community_id = community, name = "Crew" })).Id;
        var channel = await server.QueryAsync<Guid>($"select id from mt_doc_channel where group_id = '{group}'");
        string[] ids = [.. new[] { owner.Id, rosa.Id, community, group, channel, Guid.Empty }.Select(id => $"{id}")];
        var document = JsonNode.Parse(await server.Http.GetStringAsync("/openapi/v1.json"))!.AsObject();
        var requests = new FuzzRequests(document, Seed, ids);
        requests.Operations.Count.ShouldBeGreaterThan(50);

        // Accounts may go for good at the end, when nothing more is to be asked in their name.
        var plan = Plan(requests, [owner.Id, rosa.Id]).OrderBy(step => EndsAccounts(step.Name)).ToList();
        var (faults, answered) = (new ConcurrentDictionary<string, string>(), 0);
        using var time = new CancellationTokenSource(MostTime);
        await Parallel.ForEachAsync(
            plan,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (step, ct) =>
            {
                if (time.IsCancellationRequested)
                    return;
                var token = step.Caller is { } caller ? await TokenAsync(server, caller) : step.Token;
                using var request = step.Request(token);
                var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(ct);
                using var answer = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
                var text = IsStream(answer) ? "" : await answer.Content.ReadAsStringAsync(ct);
                Interlocked.Increment(ref answered);
                if ((int)answer.StatusCode is 500 or 502 or 504 || LooksLikeStackTrace(text))
                    faults.TryAdd(
                        $"{step.Name} -> {(int)answer.StatusCode}",
                        $"{request.RequestUri} {Short(body)} -> {Short(text)}"
                    );
            }
        );

        faults.Select(fault => $"{fault.Key}: {fault.Value}").Order().ShouldBeEmpty();
        answered.ShouldBeGreaterThan(500);
    }

    private sealed record Step(string Name, Guid? Caller, string? Token, Func<string?, HttpRequestMessage> Request);

    /// <summary>Every operation in turn, round after round, so that all are met even when the time is short.</summary>
    private static IEnumerable<Step> Plan(FuzzRequests requests, Guid[] callers)
    {
        var random = new Random(Seed);
        var planned = 0;
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (method, path, operation) in requests.Operations)
            {
                if (planned++ >= MostRequests)
                    yield break;
                Guid? caller = random.Next(8) > 0 ? callers[random.Next(callers.Length)] : null;
                var token = random.Next(2) == 0 ? null : "not.a.token";
                yield return new(
                    $"{method} {path}",
                    caller,
                    token,
                    bearer =>
                    {
                        lock (requests)
                            return requests.Next(method, path, operation, bearer);
                    }
                );
            }
        }
    }

    /// <summary>A login of its own for every request: some of the requests end all others.</summary>
    private static async Task<string?> TokenAsync(TestServer server, Guid userId)
    {
        await using var documents = server.Services.GetRequiredService<IDocumentStore>().LightweightSession();
        if (await documents.LoadAsync<User>(userId) is not { } user)
            return null;
        var now = server.Clock.GetUtcNow();
        var session = Session.Start(userId, new ClientDevice("fuzz", null, null), now);
        session.Queue(documents, new SessionPolicy { MostPerUser = 1000 });
        try
        {
            await documents.SaveChangesAsync();
        }
        catch (PostgresException gone) when (gone.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return null;
        }
        return server.Services.GetRequiredService<AccessTokens>().IssueFor(user, session.Id);
    }

    private static bool EndsAccounts(string operation) =>
        operation.StartsWith("DELETE /api/account", StringComparison.Ordinal)
        || operation.StartsWith("DELETE /api/admin/users", StringComparison.Ordinal);

    private static bool IsStream(HttpResponseMessage answer) =>
        answer.Content.Headers.ContentType?.MediaType == "text/event-stream";

    private static bool LooksLikeStackTrace(string text) =>
        text.Contains("   at Chatalot", StringComparison.Ordinal)
        || text.Contains("Npgsql.", StringComparison.Ordinal)
        || text.Contains("System.Exception", StringComparison.Ordinal);

    private static string Short(string text) => text[..Math.Min(text.Length, 200)];
}
