using System.Reflection;
using Chatalot.Features.Health;

namespace Chatalot.Host.Pages;

/// <summary>A page that lives inside the server: no file, no network, no foreign script.</summary>
internal static class EmbeddedPage
{
    /// <summary>Reads the page once; <c>{{version}}</c> stands for the server's version.</summary>
    public static byte[] Load(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Pages/{name}")!;
        using var reader = new StreamReader(stream);
        return System.Text.Encoding.UTF8.GetBytes(
            reader.ReadToEnd().Replace("{{version}}", ServerVersion.Current, StringComparison.Ordinal)
        );
    }

    /// <summary>Answers with the page.</summary>
    public static async Task SendAsync(HttpContext context, byte[] page)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.ContentLength = page.Length;
        await context.Response.BodyWriter.WriteAsync(page, context.RequestAborted);
    }
}

/// <summary>GET / without an installed web client: the server is up, and what to do next.</summary>
internal static class WelcomePage
{
    private static readonly byte[] Page = EmbeddedPage.Load("welcome.html");

    public static Task SendAsync(HttpContext context) => EmbeddedPage.SendAsync(context, Page);
}
