using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Chatalot.Features.Previews;
using Chatalot.Features.Spaces;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Outbound;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Chatalot.Integration.Tests.Texts;

public sealed class PreviewTests(PreviewTests.Fetcher fetcher) : IClassFixture<PreviewTests.Fetcher>
{
    [Fact]
    public async Task Given_a_page_Then_its_summary_is_shown_and_its_picture_comes_through_this_server()
    {
        await using var internet = await Internet.StartAsync();
        await using var server = await TestServer.StartAsync(adjust: internet.Replace);
        var ada = await server.AddPersonAsync("ada");

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(_ => ada.GetAsync("/link-preview?url=http://page.example/moved"))
        );

        var preview = answers[0].Json;
        preview.GetProperty("url").GetString().ShouldBe("http://page.example/moved");
        preview.GetProperty("title").GetString().ShouldBe("Tides & currents");
        preview.GetProperty("description").GetString().ShouldBe(new string('d', 500) + "...");
        preview.GetProperty("site_name").GetString().ShouldBe("Harbour");
        internet.Requests.Count(path => path == "/page").ShouldBe(1);
        var picture = preview.GetProperty("image").GetString()!;
        picture.ShouldStartWith("/api/link-preview/image?url=");
        using var fetched = await server.Http.GetAsync(picture);
        fetched.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        (await fetched.Content.ReadAsByteArrayAsync()).ShouldBe([1, 2, 3]);
        using var forged = await server.Http.GetAsync(picture.Replace("sig=", "sig=A"));
        forged.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ada.GetAsync("/link-preview?url=http://page.example/plain"))
            .Json.GetProperty("title")
            .ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Theory]
    [InlineData("http://localhost/", "Cannot preview internal URLs")]
    [InlineData("http://LOCALHOST./", "Cannot preview internal URLs")]
    [InlineData("http://a.localhost/", "Cannot preview internal URLs")]
    [InlineData("http://printer.local./", "Cannot preview internal URLs")]
    [InlineData("http://127.0.0.1/", "Cannot preview internal URLs")]
    [InlineData("http://2130706433/", "Cannot preview internal URLs")]
    [InlineData("http://[::1]/", "Cannot preview internal URLs")]
    [InlineData("http://[::ffff:10.0.0.1]/", "Cannot preview internal URLs")]
    [InlineData("http://100.64.0.1/", "Cannot preview internal URLs")]
    [InlineData("http://evil.example/", "Could not fetch URL")]
    [InlineData("http://mixed.example/", "Could not fetch URL")]
    [InlineData("http://page.example/to-internal", "Could not fetch URL")]
    [InlineData("http://page.example/to-evil", "Could not fetch URL")]
    [InlineData("http://page.example/loop", "Could not fetch URL")]
    [InlineData("http://page.example/to-nowhere", "Could not fetch URL")]
    [InlineData("http://page.example/broken?coding=gzip", "Could not fetch URL")]
    [InlineData("http://page.example/broken?coding=br", "Could not fetch URL")]
    [InlineData("http://page.example/broken?coding=deflate", "Could not fetch URL")]
    [InlineData("http://nowhere.example/", "Could not fetch URL")]
    [InlineData("http://page.example:22/", "Could not fetch URL")]
    [InlineData("http://user@page.example/", "Could not fetch URL")]
    [InlineData("ftp://page.example/", "Only http/https URLs are allowed")]
    [InlineData(" ", "URL must be 1-2048 characters")]
    public async Task Given_an_address_that_must_not_be_fetched_Then_nothing_leaves_for_an_internal_address(
        string url,
        string refusal
    )
    {
        (await fetcher.Ada.GetAsync($"/link-preview?url={Uri.EscapeDataString(url)}")).ShouldFail(400, refusal);

        fetcher.Internet.Connections.ShouldAllBe(address => PublicAddress.IsPublic(address));
    }

    [Fact]
    public async Task Given_a_provider_Then_gifs_come_in_the_contracts_shape_and_are_asked_for_once()
    {
        await using var internet = await Internet.StartAsync();
        await using var server = await TestServer.StartAsync(
            new() { ["GIPHY_API_KEY"] = "k", ["GIPHY_API_URL"] = internet.Address.ToString() }
        );
        var ada = await server.AddPersonAsync("ada");

        var page = (await ada.GetAsync("/gifs/search?q=cat&limit=99")).Json;
        await ada.GetAsync("/gifs/search?q=cat&limit=99");

        page.GetProperty("next").GetString().ShouldBe("2");
        page.GetProperty("results")
            .EnumerateArray()
            .Single()
            .ToString()
            .ShouldBe(
                """{"id":"g1","title":"","preview_url":"http://m/s.gif","url":"http://m/o.gif","width":480,"height":270}"""
            );
        internet.Requests.Count(path => path == "/v1/gifs/search").ShouldBe(1);
        (await ada.GetAsync("/gifs/search?q=%20")).Body.ShouldBe("""{"results":[],"next":null}""");
        (await ada.GetAsync("/gifs/search?q=cat&limit=-1")).Status.ShouldBe(400);
        (await ada.GetAsync("/gifs/trending")).Status.ShouldBe(500);
    }

    [Fact]
    public async Task G48_Given_entries_that_are_too_old_Then_their_eviction_shows_at_debug()
    {
        await using var internet = await Internet.StartAsync();
        await using var observed = await ObservedServer.StartAsync(
            "chatalot_server=debug",
            set: new() { ["GIPHY_API_KEY"] = "k", ["GIPHY_API_URL"] = internet.Address.ToString() },
            adjust: internet.Replace
        );
        var ada = await observed.Server.AddPersonAsync("ada");
        await ada.GetAsync("/gifs/search?q=cat");
        await ada.GetAsync("/link-preview?url=http://page.example/page");
        var evict = observed.Server.Services.GetRequiredService<EvictPreviews>();

        await evict.Invoke();
        observed.Lines.ShouldAllBe(line => !line.Contains("Cache cleanup"));
        observed.Server.Clock.Advance(TimeSpan.FromMinutes(61));
        await evict.Invoke();

        (await observed.LineAsync("Cache cleanup")).ShouldContain(
            " DEBUG Chatalot.Previews: Cache cleanup: evicted 1 GIF entries, 1 link preview entries"
        );
    }

    [Fact]
    public async Task Given_no_key_Then_gif_search_says_that_it_is_not_configured()
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.AddPersonAsync("ada", InstanceRole.None);

        (await ada.GetAsync("/gifs/search?q=x")).ShouldFail(400, "GIF search is not configured on this server");
        (await ada.GetAsync("/gifs/trending")).ShouldFail(400, "GIF search is not configured on this server");
    }

    /// <summary>One server for all addresses that must not be fetched: none of them leaves anything behind.</summary>
    public sealed class Fetcher : IAsyncLifetime
    {
        private TestServer server = null!;

        internal Internet Internet { get; private set; } = null!;

        internal Person Ada { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Internet = await Internet.StartAsync();
            server = await TestServer.StartAsync(adjust: Internet.Replace);
            Ada = await server.AddPersonAsync("ada");
        }

        public async Task DisposeAsync()
        {
            await server.DisposeAsync();
            await Internet.DisposeAsync();
        }
    }

    /// <summary>A few hosts with public addresses, all served by one program here; it notes who connects where.</summary>
    internal sealed class Internet(WebApplication app) : IPublicNetwork, IAsyncDisposable
    {
        private static readonly IPAddress Public = IPAddress.Parse("93.184.216.34");

        public ConcurrentQueue<IPAddress> Connections { get; } = new();
        public ConcurrentQueue<string> Requests { get; } = new();
        public Uri Address => new(app.Urls.Single());

        public static async Task<Internet> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            var app = builder.Build();
            var internet = new Internet(app);
            app.Run(internet.AnswerAsync);
            await app.StartAsync();
            return internet;
        }

        public void Replace(IServiceCollection services) =>
            services.Replace(ServiceDescriptor.Singleton<IPublicNetwork>(this));

        public Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken ct) =>
            Task.FromResult<IReadOnlyList<IPAddress>>(
                host switch
                {
                    "page.example" => [Public],
                    "evil.example" => [IPAddress.Loopback],
                    "mixed.example" => [Public, IPAddress.Parse("10.1.2.3")],
                    _ => throw new SocketException((int)SocketError.HostNotFound),
                }
            );

        public async Task<Stream> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken ct)
        {
            foreach (var address in addresses)
                Connections.Enqueue(address);
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, Address.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private Task AnswerAsync(HttpContext context)
        {
            Requests.Enqueue(context.Request.Path);
            var response = context.Response;
            switch (context.Request.Path)
            {
                case "/moved":
                    response.Redirect("/page");
                    return Task.CompletedTask;
                case "/to-internal":
                    response.Redirect("http://169.254.169.254/latest");
                    return Task.CompletedTask;
                case "/to-evil":
                    response.Redirect("http://evil.example/");
                    return Task.CompletedTask;
                case "/loop":
                    response.Redirect("/loop");
                    return Task.CompletedTask;
                case "/to-nowhere":
                    response.StatusCode = 302;
                    response.Headers.Location = "//";
                    return Task.CompletedTask;
                case "/broken":
                    response.ContentType = "text/html";
                    response.Headers.ContentEncoding = context.Request.Query["coding"];
                    return response.WriteAsync("<title>not compressed at all</title>");
                case "/plain":
                    return response.WriteAsync("no page");
                case "/picture.png":
                    response.ContentType = "image/png";
                    return response.Body.WriteAsync(new byte[] { 1, 2, 3 }).AsTask();
                case "/v1/gifs/search":
                    return response.WriteAsync(
                        """
                        {"data":[{"id":"g1","images":{"original":{"url":"http://m/o.gif","width":"480","height":"270"},
                        "fixed_width_small":{"url":"http://m/s.gif"}}},{"id":"g2","images":{}}],
                        "pagination":{"total_count":9,"count":2,"offset":0}}
                        """
                    );
                case "/v1/gifs/trending":
                    response.StatusCode = 503;
                    return Task.CompletedTask;
                default:
                    response.ContentType = "text/html; charset=utf-8";
                    return response.WriteAsync(
                        $"""
                        <html><head><title>wrong</title><meta property="og:title" content="Tides &amp; currents">
                        <meta name="description" content="{new string('d', 600)}">
                        <meta property="og:image" content="/picture.png"><meta property="og:site_name" content="Harbour">
                        """
                    );
            }
        }
    }
}
