using System.Text;
using System.Text.Json;
using Chatalot.Shared.Endpoints;
using Chatalot.Shared.Http;
using Chatalot.Shared.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatalot.Integration.Tests.Endpoints;

/// <summary>The endpoint words on a real port, with endpoints of their own.</summary>
public sealed class EndpointTests : IAsyncLifetime
{
    private const string Id = "0197b2c4-5d6e-7f80-91a2-b3c4d5e6f708";

    private readonly WebApplication app = Build();
    private readonly HttpClient http = new();

    public async Task InitializeAsync()
    {
        await app.StartAsync();
        http.BaseAddress = new Uri(app.Urls.First());
    }

    public async Task DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task A_request_is_bound_by_name_from_route_and_body()
    {
        var answer = await SendAsync(
            "PATCH",
            $"/api/things/{Id}",
            """{"name":"box","size":3,"tags":["a","b"],"else":1}"""
        );

        answer.ShouldBe((200, $$"""{"id":"{{Id}}","name":"box","size":3,"tags":2}"""));
    }

    [Fact]
    public async Task The_route_wins_over_the_body_and_the_body_over_the_query()
    {
        var answer = await SendAsync(
            "PATCH",
            $"/api/things/{Id}?name=query&size=9",
            $$"""{"id":"{{Guid.Empty}}","name":"body"}"""
        );

        answer.ShouldBe((200, $$"""{"id":"{{Id}}","name":"body","size":9,"tags":0}"""));
    }

    [Theory]
    [InlineData("0197B2C4-5D6E-7F80-91A2-B3C4D5E6F708")]
    [InlineData("0197b2c45d6e7f8091a2b3c4d5e6f708")]
    [InlineData("{0197b2c4-5d6e-7f80-91a2-b3c4d5e6f708}")]
    [InlineData("urn:uuid:0197b2c4-5d6e-7f80-91a2-b3c4d5e6f708")]
    public async Task Ids_are_read_in_every_form(string id)
    {
        var (status, body) = await SendAsync("GET", $"/api/shelves/{Uri.EscapeDataString(id)}/things");

        status.ShouldBe(200);
        body.ShouldContain(Id);
    }

    [Theory]
    [InlineData("""{"name":"box" """, "application/json", 400, "invalid_json")]
    [InlineData("", "application/json", 400, "invalid_json")]
    [InlineData("""{"name":"box"}""", "text/plain", 415, "unsupported_media_type")]
    [InlineData("""{"name":"box"}""", null, 415, "unsupported_media_type")]
    [InlineData("""{}""", "application/json", 422, "unprocessable")]
    [InlineData("""{"name":null}""", "application/json", 422, "unprocessable")]
    [InlineData("""{"name":7}""", "application/json", 422, "unprocessable")]
    [InlineData("""{"name":"box","size":1.5}""", "application/json", 422, "unprocessable")]
    [InlineData("""{"name":"box","size":99999999999}""", "application/json", 422, "unprocessable")]
    [InlineData("""["name"]""", "application/json", 422, "unprocessable")]
    [InlineData("""{"name":"\ud800"}""", "application/json", 422, "unprocessable")]
    [InlineData("""{"name":"b\u0000x"}""", "application/json", 400, "validation_error")]
    [InlineData("""{"name":""}""", "application/json", 400, "validation_error")]
    [InlineData("""{"name":"much too long"}""", "application/json", 400, "validation_error")]
    public async Task Bad_bodies_get_the_status_that_says_what_is_wrong(
        string body,
        string? type,
        int status,
        string code
    )
    {
        var answer = await SendAsync("PATCH", $"/api/things/{Id}", body, type);

        answer.Status.ShouldBe(status, answer.Body);
        CodeOf(answer.Body).ShouldBe(code);
    }

    [Fact]
    public async Task A_body_that_is_not_utf8_is_no_json()
    {
        using var content = new ByteArrayContent([.. "{\"name\":\""u8, 0xFF, .. "\"}"u8]);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");

        using var response = await http.PatchAsync($"/api/things/{Id}", content);

        ((int)response.StatusCode).ShouldBe(400);
        CodeOf(await response.Content.ReadAsStringAsync()).ShouldBe("invalid_json");
    }

    [Fact]
    public async Task The_first_failed_rule_is_the_message()
    {
        var (_, body) = await SendAsync("PATCH", $"/api/things/{Id}", """{"name":""}""");

        body.ShouldContain("name must not be empty");
    }

    [Theory]
    [InlineData("/api/shelves/nonsense/things", "invalid shelf ID")]
    [InlineData($"/api/shelves/{Id}/things?limit=many", "invalid limit")]
    [InlineData($"/api/shelves/{Id}/things?limit=", "invalid limit")]
    [InlineData($"/api/shelves/{Id}/things?deep=yes", "invalid deep")]
    [InlineData($"/api/shelves/{Id}/things?limit=99999999999", "invalid limit")]
    public async Task Bad_path_and_query_values_are_400(string path, string message)
    {
        var (status, body) = await SendAsync("GET", path);

        status.ShouldBe(400);
        body.ShouldContain(message);
    }

    [Fact]
    public async Task Query_values_are_converted_by_their_member()
    {
        var (_, body) = await SendAsync("GET", $"/api/shelves/{Id}/things?limit=-3&deep=true&word=a%20b");

        body.ShouldBe($$"""["{{Id}}","-3","True","a b"]""");
    }

    [Fact]
    public async Task Given_a_json_content_type_without_a_body_Then_a_get_is_no_worse_for_it()
    {
        var (status, _) = await SendAsync("GET", $"/api/shelves/{Id}/things", body: null, "application/json");

        status.ShouldBe(200);
    }

    [Fact]
    public async Task Head_answers_as_get_does()
    {
        var (status, body) = await SendAsync("HEAD", $"/api/shelves/{Id}/things");

        status.ShouldBe(200);
        body.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_request_that_is_all_in_the_route_needs_no_body_and_void_success_is_empty()
    {
        (await SendAsync("POST", "/api/touch/abc", body: null, type: null)).ShouldBe((200, ""));
        (await SendAsync("POST", "/api/touch/abc", "{}")).ShouldBe((200, ""));
    }

    [Theory]
    [InlineData("?deep=true", """{"deep":false}""", "application/json", """{"deep":true}""")]
    [InlineData("", """{"deep":true}""", "application/json", """{"deep":null}""")]
    [InlineData("?deep=false", "{broken", "application/json", """{"deep":false}""")]
    [InlineData("", "[1]", "application/json", """{"deep":null}""")]
    [InlineData("?deep=true", "words", "text/plain", """{"deep":true}""")]
    public async Task Where_all_is_in_route_and_query_a_body_is_ignored(
        string query,
        string body,
        string type,
        string answer
    )
    {
        (await SendAsync("POST", $"/api/shelves/{Id}/sweep{query}", body, type)).ShouldBe((200, answer));
    }

    [Fact]
    public async Task Refusals_come_before_rules_where_the_endpoint_says_so()
    {
        (await SendAsync("POST", "/api/touch/xxxxx", "{}")).Status.ShouldBe(403);
        (await SendAsync("POST", "/api/touch/aaaaa", "{}")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task A_bare_array_is_a_request_too()
    {
        (await SendAsync("POST", "/api/count", "[1,2,3]")).ShouldBe((200, """{"count":3}"""));
        (await SendAsync("POST", "/api/count", """{"a":1}""")).Status.ShouldBe(422);
    }

    [Theory]
    [InlineData("PATCH", "/api/things/" + Id, "{}", "a required value is missing or invalid (required: name)")]
    [InlineData("PATCH", "/api/things/" + Id, """{"name":"b","tags":[1]}""", "missing or invalid value: tags[0]")]
    [InlineData("POST", "/api/count", "{}", "a JSON array is expected")]
    [InlineData("POST", "/api/count", """[1,"a"]""", "missing or invalid value: [1]")]
    public async Task A_body_of_the_wrong_shape_is_told_what_of_it_is_wrong(
        string method,
        string path,
        string body,
        string message
    )
    {
        var answer = await SendAsync(method, path, body);

        JsonElement.Parse(answer.Body).GetProperty("error").GetProperty("message").GetString().ShouldBe(message);
    }

    [Fact]
    public async Task The_api_document_shows_parameters_bodies_and_refusals()
    {
        using var document = JsonDocument.Parse(await http.GetStringAsync("/openapi/v1.json"));
        var paths = document.RootElement.GetProperty("paths");

        var list = paths.GetProperty("/api/shelves/{cid}/things").GetProperty("get");
        list.GetProperty("parameters")
            .EnumerateArray()
            .Select(p => $"{p.GetProperty("in")} {p.GetProperty("name")}")
            .ShouldBe(["path cid", "query limit", "query deep", "query word"]);

        var sweep = paths.GetProperty("/api/shelves/{cid}/sweep").GetProperty("post");
        sweep
            .GetProperty("parameters")
            .EnumerateArray()
            .Select(p => $"{p.GetProperty("in")} {p.GetProperty("name")}")
            .ShouldBe(["path cid", "query deep"]);
        sweep.TryGetProperty("requestBody", out _).ShouldBeFalse();

        var rename = paths.GetProperty("/api/things/{id}").GetProperty("patch");
        rename.GetProperty("summary").GetString().ShouldBe("Rename a thing");
        rename.GetProperty("operationId").GetString().ShouldBe("RenameThing");
        var body = rename.GetProperty("requestBody").GetProperty("content").GetProperty("application/json");
        body.GetProperty("schema")
            .GetProperty("properties")
            .EnumerateObject()
            .Select(p => p.Name)
            .ShouldBe(["name", "size", "tags"]);
        body.GetProperty("schema").GetProperty("required").EnumerateArray().Single().GetString().ShouldBe("name");
        rename.GetProperty("responses").EnumerateObject().Select(p => p.Name).ShouldContain("404");
        paths.GetProperty("/api/shelves/{cid}/things").TryGetProperty("head", out _).ShouldBeFalse();
    }

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddHttpEdge(new HttpEdgeSettings());
        builder.Services.AddEndpoints(typeof(EndpointTests).Assembly);
        builder.Services.Configure<EndpointOptions>(options => options.RouteValueNames["cid"] = "shelf ID");
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            JsonDefaults.Apply(json.SerializerOptions);
            json.SerializerOptions.AddContext(SampleJson.Default);
        });
        builder.Services.AddEndpointDocument();
        var app = builder.Build();
        app.UseErrorEdge();
        app.MapEndpoints();
        app.MapOpenApi();
        return app;
    }

    private async Task<(int Status, string Body)> SendAsync(
        string method,
        string path,
        string? body = null,
        string? type = "application/json"
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null || type is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body ?? ""));
            if (type is not null)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }
        using var response = await http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static string CodeOf(string body) =>
        JsonDocument.Parse(body).RootElement.GetProperty("error").GetProperty("code").GetString()!;
}
