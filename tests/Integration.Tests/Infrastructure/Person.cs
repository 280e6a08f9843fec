using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Chatalot.Integration.Tests.Infrastructure;

/// <summary>Somebody who is logged in, calls the API with JSON and reads JSON.</summary>
internal sealed class Person(Guid id, string username, string token, HttpClient client)
{
    public Guid Id => id;

    public string Username => username;

    /// <summary>The access token of the person's login.</summary>
    public string Token => token;

    /// <summary>Address of the server that this person calls.</summary>
    public Uri Server => client.BaseAddress!;

    /// <summary>The same person with the same login at another process.</summary>
    public Person At(TestServer server) => new(id, username, token, server.Http);

    /// <summary>A socket of this person, authenticated.</summary>
    public Task<TestSocket> ConnectAsync() => TestSocket.ConnectAsync(this);

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, body: null);

    public Task<Answer> PostAsync(string path, object? body = null) =>
        SendAsync(HttpMethod.Post, path, body ?? new { });

    public Task<Answer> PatchAsync(string path, object body) => SendAsync(HttpMethod.Patch, path, body);

    public Task<Answer> PutAsync(string path, object body) => SendAsync(HttpMethod.Put, path, body);

    public Task<Answer> DeleteAsync(string path, object? body = null) => SendAsync(HttpMethod.Delete, path, body);

    /// <summary>Posts a multipart form with one file.</summary>
    public Task<Answer> UploadAsync(string path, string field, byte[] bytes, string type, string name = "file")
    {
        var part = new ByteArrayContent(bytes);
        part.Headers.ContentType = new MediaTypeHeaderValue(type);
        return SendAsync(HttpMethod.Post, path, new MultipartFormDataContent { { part, field, name } });
    }

    private async Task<Answer> SendAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, "/api" + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null)
            request.Content = body as HttpContent ?? JsonContent.Create(body);
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
            return JsonElement.Parse(Body);
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
        JsonElement.Parse(Body).GetProperty("error").GetProperty("message").GetString().ShouldBe(message);
    }
}
