using System.Net.Http.Headers;
using System.Text;
using Chatalot.Features.Spaces;
using Chatalot.Integration.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Files;

/// <summary>A server with a channel of two, a stranger and an operator.</summary>
internal sealed class FileHarbour : IAsyncDisposable
{
    private FileHarbour(TestServer server, Person ada, Person bob, Person stranger, Person admin, Guid channel)
    {
        Server = server;
        Ada = ada;
        Bob = bob;
        Stranger = stranger;
        Admin = admin;
        Channel = channel;
    }

    public TestServer Server { get; }

    /// <summary>Owns the channel.</summary>
    public Person Ada { get; }

    /// <summary>A member of the channel.</summary>
    public Person Bob { get; }

    public Person Stranger { get; }

    /// <summary>An operator who is in no channel.</summary>
    public Person Admin { get; }

    public Guid Channel { get; }

    public static async Task<FileHarbour> OpenAsync(
        Dictionary<string, string>? set = null,
        Action<IServiceCollection>? adjust = null
    )
    {
        var server = await TestServer.StartAsync(set, adjust);
        var ada = await server.AddPersonAsync("ada");
        var bob = await server.AddPersonAsync("bob");
        var channel = (await ada.PostAsync("/channels", new { name = "pier", channel_type = "text" })).Id;
        (await bob.PostAsync($"/channels/{channel}/join")).Status.ShouldBe(200);
        return new FileHarbour(
            server,
            ada,
            bob,
            await server.AddPersonAsync("stranger"),
            await server.AddPersonAsync("admin", InstanceRole.Admin),
            channel
        );
    }

    /// <summary>Files that are kept, and such that are being written.</summary>
    public IEnumerable<string> OnDisk(string folder) =>
        Directory.Exists(Path.Combine(Server.Folder, folder))
            ? Directory.EnumerateFiles(Path.Combine(Server.Folder, folder), "*", SearchOption.AllDirectories)
            : [];

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>What a person does with files, as the web client does it.</summary>
internal static class FileCalls
{
    /// <summary>Parts in the web client's order: name, channel_id, file.</summary>
    public static async Task<Answer> UploadAsync(
        this Person person,
        byte[] bytes,
        string? name = null,
        object? channel = null
    )
    {
        var form = new MultipartFormDataContent();
        if (name is not null)
            form.Add(new StringContent(name), "name");
        if (channel is not null)
            form.Add(new StringContent(channel.ToString()!), "channel_id");
        form.Add(new ByteArrayContent(bytes), "file", "ignored.exe");
        using var response = await person.RequestAsync(HttpMethod.Post, "/files/upload", form);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>An upload that must succeed.</summary>
    public static async Task<Guid> StoreAsync(
        this Person person,
        string text,
        string? name = null,
        object? channel = null
    ) => (await person.UploadAsync(Encoding.UTF8.GetBytes(text), name, channel)).Id;

    public static async Task<HttpResponseMessage> RequestAsync(
        this Person person,
        HttpMethod method,
        string path,
        HttpContent? content = null,
        params (string Name, string Value)[] headers
    )
    {
        using var client = new HttpClient { BaseAddress = person.Server };
        using var request = new HttpRequestMessage(method, "/api" + path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", person.Token);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request);
    }

    public static async Task<int> StatusAsync(this Person person, string path)
    {
        using var response = await person.RequestAsync(HttpMethod.Get, path);
        return (int)response.StatusCode;
    }
}
