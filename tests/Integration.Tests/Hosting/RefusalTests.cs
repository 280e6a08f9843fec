using System.Text.Json.Nodes;
using Chatalot.Features.Spaces;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Hosting;

/// <summary>
/// What every route refuses, whatever it does: no route may be forgotten, so they come from the server itself.
/// </summary>
public sealed class RefusalTests : IAsyncLifetime
{
    /// <summary>Whoever comes without a login gets an answer here. A new one is a decision: write it down.</summary>
    private static readonly string[] Public =
    [
        "GET /api/auth/config",
        "GET /api/auth/oidc/callback",
        "GET /api/avatars/{filename}",
        "GET /api/community-assets/{filename}",
        "GET /api/community-invites/{code}",
        "GET /api/emojis/{id}",
        "GET /api/group-assets/{filename}",
        "GET /api/health",
        "GET /api/health/live",
        "GET /api/health/ready",
        "GET /api/invites/{code}",
        "GET /api/legal/privacy",
        "GET /api/legal/terms",
        "GET /api/link-preview/image",
        "GET /api/push/vapid-key",
        "POST /api/auth/login",
        "POST /api/auth/logout",
        "POST /api/auth/oidc/complete",
        "POST /api/auth/oidc/start",
        "POST /api/auth/recover",
        "POST /api/auth/refresh",
        "POST /api/auth/register",
        "POST /api/webhooks/execute/{token}",
    ];

    /// <summary>
    /// An id that nobody has is as good as one that was taken away before: there is nothing left to do.
    /// </summary>
    private static readonly string[] Idempotent = ["POST /api/channels/{id}/leave", "POST /api/push/unsubscribe"];

    private TestServer server = null!;
    private Person owner = null!;
    private Person rosa = null!;
    private RefusalGrid grid = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.StartAsync();
        owner = await server.AddPersonAsync("owner", InstanceRole.Owner);
        rosa = await server.AddPersonAsync("rosa");
        grid = await RefusalGrid.OpenAsync(server);
        grid.Routes.Count.ShouldBeGreaterThan(180);
        grid.Routes.Count(route => route.Body is not null).ShouldBeGreaterThan(60);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Without_a_good_token_only_public_routes_answer_and_all_others_say_nothing_else_first()
    {
        var tokens = grid.BadTokens(rosa);

        var open = new List<string>();
        var wrong = new List<string>();
        foreach (var route in grid.Routes)
        {
            // What else is wrong with the request must not be told to strangers.
            var address = route.Address(insteadOfIds: "not-an-id");
            foreach (var (fault, token) in tokens)
            {
                var answer = await grid.SendAsync(route, token, route.Method == "GET" ? null : "{", address: address);
                if (fault == "no token" && answer.Status != 401)
                    open.Add(route.Name);
                if (
                    Public.Contains(route.Name)
                    || (answer.Status == 401 && RefusalGrid.CodeOf(answer) == "unauthorized")
                )
                    continue;
                wrong.Add($"{route.Name}, {fault}: {answer.Status} {answer.Body}");
            }
        }

        wrong.ShouldBeEmpty();
        open.Except(Public).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_bad_token_does_not_keep_anybody_from_a_public_page()
    {
        foreach (var path in new[] { "/api/health", "/api/legal/terms", "/api/legal/privacy" })
        {
            var route = grid.Routes.Single(route => route.Method == "GET" && route.Path == path);
            (await grid.SendAsync(route, "Bearer x.y", body: null)).Status.ShouldBe(200, path);
        }
    }

    [Fact]
    public async Task Bodies_that_are_broken_of_another_type_or_of_another_shape_are_refused_by_every_route_with_a_body()
    {
        var token = $"Bearer {owner.Token}";
        // A community's door comes before the body.
        var community = (await owner.PostAsync("/communities", new { name = "Harbour" })).Id;
        var wrong = new List<string>();
        foreach (var route in grid.Routes.Where(route => route.Body is not null))
        {
            var sample = grid.Sample(route);
            await ShouldAsync("broken", sample.ToJsonString()[..^1], "application/json", 400, "invalid_json");
            await ShouldAsync("text", sample.ToJsonString(), "text/plain", 415, "unsupported_media_type");
            await ShouldAsync("an array", "[1]", "application/json", 422, "unprocessable");
            foreach (var (name, schema) in route.Body!["properties"]?.AsObject() ?? [])
            {
                if (Instead(RefusalGrid.TypeOf(schema)) is not { } other)
                    continue;
                var changed = sample.DeepClone().AsObject();
                changed[name] = other;
                await ShouldAsync($"{name}: {other}", changed.ToJsonString(), "application/json", 422, "unprocessable");
                if (RefusalGrid.TypeOf(schema) != "array")
                    continue;
                changed[name] = new JsonArray(null, null);
                await ShouldAsync($"{name}: nulls", changed.ToJsonString(), "application/json", 422, "unprocessable");
            }

            async Task ShouldAsync(string fault, string body, string type, int status, string code)
            {
                var answer = await grid.SendAsync(route, token, body, type, route.Address($"{community}"));
                if (answer.Status != status || RefusalGrid.CodeOf(answer) != code)
                    wrong.Add($"{route.Name}, {fault}: {answer.Status} {answer.Body}");
            }
        }

        wrong.ShouldBeEmpty();

        static JsonNode? Instead(string? type) =>
            type switch
            {
                "string" => 7,
                "integer" or "number" => "many",
                "boolean" => "yes",
                "array" => 7,
                "object" => 7,
                _ => null,
            };
    }

    [Fact]
    public async Task Paths_that_hold_no_id_are_400_and_ids_of_nobody_give_nothing_away()
    {
        var wrong = new List<string>();
        foreach (var route in grid.Routes.Where(route => route.PathParameters.Any(parameter => parameter.IsId)))
        {
            var body = route.Body is null ? null : grid.Sample(route).ToJsonString();
            var nonsense = await grid.SendAsync(
                route,
                $"Bearer {owner.Token}",
                body,
                address: route.Address(insteadOfIds: "not-an-id")
            );
            if (nonsense.Status != 400 || RefusalGrid.CodeOf(nonsense) is null)
                wrong.Add($"{route.Name}, no id: {nonsense.Status} {nonsense.Body}");
            var foreign = await grid.SendAsync(route, $"Bearer {rosa.Token}", body);
            if (Idempotent.Contains(route.Name))
                continue;
            if (foreign.Status is not (400 or 403 or 404 or 412 or 415) || RefusalGrid.CodeOf(foreign) is null)
                wrong.Add($"{route.Name}, nobody's id: {foreign.Status} {foreign.Body}");
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task Texts_that_are_much_too_long_are_never_taken_and_never_a_fault_of_the_server()
    {
        var wrong = new List<string>();
        foreach (var route in grid.Routes.Where(route => route.Body is not null))
        {
            foreach (var (name, schema) in route.Body!["properties"]?.AsObject() ?? [])
            {
                if (RefusalGrid.TypeOf(schema) != "string" || Idempotent.Contains(route.Name))
                    continue;
                var changed = grid.Sample(route);
                changed[name] = new string('x', 200_000);
                var answer = await grid.SendAsync(route, $"Bearer {owner.Token}", changed.ToJsonString());
                if (answer.Status is < 400 or >= 500 || RefusalGrid.CodeOf(answer) is null)
                    wrong.Add($"{route.Name}, {name}: {answer.Status} {answer.Body}");
            }
        }

        wrong.ShouldBeEmpty();
    }
}
