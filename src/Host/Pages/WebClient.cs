using Chatalot.Shared.Errors;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace Chatalot.Host.Pages;

/// <summary>
/// Serves the web client's folder (contract, operations.md 5.8): its files, precompressed where a <c>.br</c> or
/// <c>.gz</c> lies beside them, and <c>index.html</c> for the client's own routes. Without an <c>index.html</c> it
/// serves the welcome page at <c>/</c>. What belongs to the API passes.
/// </summary>
internal sealed class WebClient
{
    private static readonly string[] ServerPaths = ["/api", "/ws", "/openapi", "/docs", "/metrics", "/ops"];
    private static readonly (string Encoding, string Extension)[] Precompressed = [("br", ".br"), ("gzip", ".gz")];

    private readonly RequestDelegate next;
    private readonly IFileProvider files;
    private readonly StaticFileMiddleware sender;
    private readonly FileExtensionContentTypeProvider types = new();

    public WebClient(
        RequestDelegate next,
        WebClientFolder folder,
        IWebHostEnvironment environment,
        ILoggerFactory loggers
    )
    {
        this.next = next;
        files = folder.Exists ? new PhysicalFileProvider(folder.FullPath) : new NullFileProvider();
        types.Mappings[".webmanifest"] = "application/manifest+json";
        var options = new StaticFileOptions
        {
            FileProvider = files,
            ContentTypeProvider = new PrecompressedTypes(types),
            OnPrepareResponse = MarkPrecompressed,
        };
        // Reached when the file went between the look and the read.
        sender = new StaticFileMiddleware(
            NotFoundAsync,
            environment,
            Microsoft.Extensions.Options.Options.Create(options),
            loggers
        );
    }

    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        if (Array.Exists(ServerPaths, prefix => path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase)))
            return next(context);
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return ErrorBody.WriteAsync(context, ErrorBody.OfStatus(StatusCodes.Status405MethodNotAllowed));
        }
        if (FileFor(path) is { } file)
            return SendAsync(context, file);
        return path == "/" ? WelcomePage.SendAsync(context) : NotFoundAsync(context);
    }

    /// <summary>The file that answers a path, or null. The file provider hides what begins with a dot.</summary>
    private string? FileFor(PathString path)
    {
        var text = path.Value ?? "/";
        if (text == "/favicon.ico" && !IsFile(text))
            text = "/favicon.png";
        if (text != "/" && IsFile(text))
            return text;
        // A missing script must not come back as a page: clients would cache it as what they asked for.
        var isClientRoute = !path.StartsWithSegments("/_app") && !Path.HasExtension(text);
        return isClientRoute && IsFile("/index.html") ? "/index.html" : null;
    }

    private Task SendAsync(HttpContext context, string file)
    {
        foreach (var (encoding, extension) in Precompressed)
        {
            if (!IsFile(file + extension))
                continue;
            context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
            if (!Accepts(context.Request, encoding))
                continue;
            file += extension;
            break;
        }
        context.Request.Path = file;
        return sender.Invoke(context);
    }

    private bool IsFile(string path) => files.GetFileInfo(path) is { Exists: true, IsDirectory: false };

    private static bool Accepts(HttpRequest request, string encoding) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var accepted)
        && accepted.Any(item => item.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase) && item.Quality != 0);

    private static Task NotFoundAsync(HttpContext context) =>
        ErrorBody.WriteAsync(context, ErrorBody.OfStatus(StatusCodes.Status404NotFound));

    private static void MarkPrecompressed(StaticFileResponseContext response)
    {
        foreach (var (encoding, extension) in Precompressed)
        {
            if (response.File.Name.EndsWith(extension, StringComparison.Ordinal))
                response.Context.Response.Headers.ContentEncoding = encoding;
        }
    }

    /// <summary>The type of what is compressed, not of the compression.</summary>
    private sealed class PrecompressedTypes(FileExtensionContentTypeProvider types) : IContentTypeProvider
    {
        public bool TryGetContentType(string subpath, out string contentType)
        {
            var extension = Path.GetExtension(subpath);
            var original = Array.Exists(Precompressed, known => known.Extension == extension)
                ? subpath[..^extension.Length]
                : subpath;
            if (!types.TryGetContentType(original, out var found))
                found = "application/octet-stream";
            contentType = found.StartsWith("text/", StringComparison.Ordinal) ? $"{found}; charset=utf-8" : found;
            return true;
        }
    }
}

/// <summary>Where the web client is installed.</summary>
/// <param name="Path">Folder; it may be missing.</param>
public sealed record WebClientFolder(string Path)
{
    /// <summary>Absolute.</summary>
    public string FullPath => System.IO.Path.GetFullPath(Path);

    /// <summary>True when the folder is there.</summary>
    public bool Exists => Directory.Exists(FullPath);

    /// <summary>True when there is a client to serve.</summary>
    public bool HasClient => File.Exists(System.IO.Path.Combine(FullPath, "index.html"));
}
