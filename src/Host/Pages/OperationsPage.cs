using System.Reflection;

namespace Chatalot.Host.Pages;

/// <summary>
/// GET /ops: the operators' page. Its parts lie inside the server and come as files, so that the content policy needs
/// no exception; who may see anything is decided by the API that it calls.
/// </summary>
internal static class OperationsPage
{
    private static readonly (string Path, string File, string Type)[] Parts =
    [
        ("/ops", "ops.html", "text/html; charset=utf-8"),
        ("/ops/ops.css", "ops.css", "text/css; charset=utf-8"),
        ("/ops/ops.js", "ops.js", "text/javascript; charset=utf-8"),
        ("/ops/api.js", "api.js", "text/javascript; charset=utf-8"),
        ("/ops/logs.js", "logs.js", "text/javascript; charset=utf-8"),
        ("/ops/show.js", "show.js", "text/javascript; charset=utf-8"),
    ];

    /// <summary>Maps the page and its parts.</summary>
    public static void MapOperationsPage(this IEndpointRouteBuilder routes)
    {
        foreach (var (path, file, type) in Parts)
        {
            var bytes = Load(file);
            routes
                .MapMethods(
                    path,
                    [HttpMethods.Get, HttpMethods.Head],
                    context => Results.Bytes(bytes, type).ExecuteAsync(context)
                )
                .ExcludeFromDescription()
                .AllowAnonymous();
        }
    }

    private static byte[] Load(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Pages/Ops/{file}")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
