using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Chatalot.Integration.Tests.Spaces;

/// <summary>Somebody who calls the API with JSON and reads JSON.</summary>
internal sealed class Person(Guid id, HttpClient client)
{
    public Guid Id => id;

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, body: null);

    public Task<Answer> PostAsync(string path, object? body = null) =>
        SendAsync(HttpMethod.Post, path, body ?? new { });

    public Task<Answer> PatchAsync(string path, object body) => SendAsync(HttpMethod.Patch, path, body);

    public Task<Answer> PutAsync(string path, object body) => SendAsync(HttpMethod.Put, path, body);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, body: null);

    private async Task<Answer> SendAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, "/api" + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", id.ToString());
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var response = await client.SendAsync(request);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}

/// <summary>Status and body of an answer.</summary>
internal sealed record Answer(int Status, string Body)
{
    /// <summary>The JSON of a 200.</summary>
    public JsonElement Json
    {
        get
        {
            Status.ShouldBe(200, Body);
            return JsonDocument.Parse(Body).RootElement;
        }
    }

    /// <summary>The rows of a 200.</summary>
    public List<JsonElement> Rows => [.. Json.EnumerateArray()];

    public Guid Id => Json.GetProperty("id").GetGuid();

    public void ShouldBeEmpty()
    {
        Status.ShouldBe(200, Body);
        Body.ShouldBeEmpty();
    }

    public void ShouldFail(int status, string message)
    {
        Status.ShouldBe(status, Body);
        JsonDocument.Parse(Body).RootElement.GetProperty("error").GetProperty("message").GetString().ShouldBe(message);
    }
}
