using System.Text;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Files;

/// <summary>
/// Files that somebody made to do harm, each with what becomes of it: the contract's refusal, or the type under which
/// it is kept (never one that a browser would run in the site's name) and what must not be left of it.
/// </summary>
public sealed class HostileFileTests
{
    private const string Type = "file type not allowed: ";
    private const string Windows = Type + "Windows executable (PE) not allowed";
    private const string Linux = Type + "Linux executable (ELF) not allowed";
    private const string Apple = Type + "macOS/Java executable not allowed";
    private const string Shell = Type + "shell script not allowed";
    private const string Batch = Type + "batch script not allowed";
    private const string Binary = Type + "unrecognized binary file type";
    private const string Picture = "failed to process image metadata — please try a different file";
    private const string Svg = "invalid SVG: SVG is not well-formed XML";
    private const string Open = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>";

    /// <summary>Name, bytes, refusal or media type, and what must be gone from what is kept.</summary>
    private static readonly (string Name, byte[] Bytes, string Outcome, string? Gone)[] Files =
    [
        ("empty", [], Type + "empty file", null),
        ("PE", Latin("MZ\u0090\0\u0003\0\0\0"), Windows, null),
        ("PE named as text", Latin("MZABCDEF"), Windows, null),
        ("DOS stub of two bytes", Latin("MZ"), Windows, null),
        ("ELF", Latin("\u007FELF\u0002\u0001\u0001\0"), Linux, null),
        ("Mach-O 32", [0xFE, 0xED, 0xFA, 0xCE, 0, 0], Apple, null),
        ("Mach-O 64", [0xFE, 0xED, 0xFA, 0xCF, 0, 0], Apple, null),
        ("Mach-O 32 swapped", [0xCE, 0xFA, 0xED, 0xFE, 0, 0], Apple, null),
        ("Mach-O 64 swapped", [0xCF, 0xFA, 0xED, 0xFE, 0, 0], Apple, null),
        ("Java class", [0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 0x34], Apple, null),
        ("shell script", Latin("#!/bin/sh\nrm -rf /"), Shell, null),
        ("script with a blank", Latin("#! /usr/bin/perl"), Shell, null),
        ("script behind a byte order mark", Latin("\u00EF\u00BB\u00BF#!/bin/sh"), Shell, null),
        ("script with a zero", Latin("#!/bin/sh\n\0"), Shell, null),
        ("batch", Latin("@echo off\r\nformat c:"), Batch, null),
        ("batch in capitals", Latin("@ECHO OFF\r\nformat c:"), Batch, null),
        ("batch behind blanks", Latin("\r\n  @echo on\r\ndel"), Batch, null),
        ("UTF-16 text", Latin("\u00FF\u00FE<\0s\0c\0"), Binary, null),
        ("text with a zero", Latin("text\0more"), Binary, null),
        ("broken UTF-8", Latin("abc\u00C3("), Binary, null),
        ("overlong UTF-8", Latin("\u00C0\u00AFetc"), Binary, null),
        (
            "program behind 8 KiB of text",
            [.. Latin(new string('a', 8192)), .. Latin("MZ\u0090\0\u0003\0")],
            Binary,
            null
        ),
        ("text that breaks off in a character", [.. Latin(new string('a', 200_000)), 0xE2, 0x82], Binary, null),
        ("long text", Encoding.UTF8.GetBytes(new string('я', 200_000)), "text/plain", null),
        ("tar", [.. Latin("x.sh"), .. new byte[600]], Binary, null),
        ("HTML", Latin("<html><script>alert(1)</script>"), "text/plain", null),
        ("HTML with a drawing", Latin("<!DOCTYPE html><html><svg onload=alert(1)>"), "text/plain", null),
        ("PDF that is a page", Latin("%PDF-1.4<script>alert(1)</script>"), "application/pdf", null),
        ("GIF that is a script", Latin("GIF89a/*\0*/=1;alert(1)"), "image/gif", null),
        ("PNG without a body", Latin("\u0089PNG\r\n\u001A\n"), Picture, null),
        ("PNG of junk", Latin("\u0089PNG\r\n\u001A\njunkjunkjunkjunkjunk"), Picture, null),
        ("PNG without pixels", Images.Png()[..60], Picture, null),
        ("PNG bomb", Bomb(), Picture, null),
        ("PNG with a page behind it", [.. Images.Png(), .. Latin("<script>")], "image/png", "<script>"),
        ("PNG with a page in a text", Images.Png(), "image/png", Images.Secret),
        ("JPEG of junk", Latin("\u00FF\u00D8\u00FFjunkjunk"), Picture, null),
        ("JPEG bomb", Images.Jpeg(65_000, 65_000), Picture, null),
        ("JPEG without a frame", Latin("\u00FF\u00D8\u00FF\u00D9"), Picture, null),
        ("JPEG with an archive behind it", [.. Images.Jpeg(), .. Latin("PK\u0003\u0004evil")], "image/jpeg", "evil"),
        ("JPEG that tells a place", Images.Jpeg(), "image/jpeg", Images.Secret),
        (
            "WebP with lengths of its own",
            Latin("RIFF\u00FF\u00FF\u00FF\u007FWEBPVP8X\u00FF\u00FF\u00FF\u007F"),
            Picture,
            null
        ),
        ("WebP that tells a place", Images.Webp(), "image/webp", Images.Secret),
        ("GIF that tells a place", Images.Gif(), "image/gif", Images.Secret),
        ("SVG script", Drawing("<script>alert(1)</script>"), "image/svg+xml", "alert"),
        ("SVG script in capitals", Drawing("<SCRIPT>alert(1)</SCRIPT>"), "image/svg+xml", "alert"),
        (
            "SVG script of another namespace",
            Drawing("<h:script xmlns:h='http://www.w3.org/1999/xhtml'>alert(1)</h:script>"),
            "image/svg+xml",
            "alert"
        ),
        ("SVG nested to join", Drawing("<scr<script>ipt>alert(1)</script>"), Svg, null),
        (
            "SVG of broken UTF-8",
            Drawing(new string(' ', 9000) + "\u00C3("),
            "invalid SVG: SVG is not valid UTF-8",
            null
        ),
        ("SVG unclosed", Drawing("<script>alert(1)"), Svg, null),
        ("SVG handler", Drawing("<path onload='alert(1)' d='M0 0'/>"), "image/svg+xml", "alert"),
        ("SVG handler behind a slash", Latin("<svg/onload=alert(1)>"), Svg, null),
        ("SVG foreign object", Drawing("<foreignObject><p>alert</p></foreignObject>"), "image/svg+xml", "alert"),
        (
            "SVG link to a script",
            Drawing("<a xlink:href='javascript:alert(1)'><text>x</text></a>"),
            "image/svg+xml",
            "alert"
        ),
        ("SVG link in entities", Drawing("<use href='&#106;avascript:alert(1)'/>"), "image/svg+xml", "alert"),
        ("SVG use of elsewhere", Drawing("<use xlink:href='https://evil.example/a.svg#b'/>"), "image/svg+xml", "evil"),
        (
            "SVG picture of elsewhere",
            Drawing("<image href='https://evil.example/pixel.png'/>"),
            "image/svg+xml",
            "evil"
        ),
        (
            "SVG picture of SVG",
            Drawing("<image href='data:image/svg+xml;base64,ZXZpbA=='/>"),
            "image/svg+xml",
            "ZXZpbA"
        ),
        (
            "SVG style import",
            Drawing("<style>@import url(https://evil.example/a.css);</style>"),
            "image/svg+xml",
            "evil"
        ),
        ("SVG style url", Drawing("<rect style='fill:url(https://evil.example/a)'/>"), "image/svg+xml", "evil"),
        ("SVG style escape", Drawing("<rect style='fill:\\75rl(https://evil.example/a)'/>"), "image/svg+xml", "evil"),
        (
            "SVG animated link",
            Drawing("<animate attributeName='href' values='javascript:alert(1)'/>"),
            "image/svg+xml",
            "alert"
        ),
        ("SVG set handler", Drawing("<set attributeName='onmouseover' to='alert(1)'/>"), "image/svg+xml", "alert"),
        (
            "SVG file of the server",
            Latin("<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg>&x;</svg>"),
            Svg,
            null
        ),
        (
            "SVG billion laughs",
            Latin("<!DOCTYPE svg [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><svg>&b;</svg>"),
            Svg,
            null
        ),
        (
            "SVG behind a comment",
            Latin("<!-- x --><svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
            "image/svg+xml",
            "alert"
        ),
    ];

    [Fact]
    public async Task Each_hostile_file_is_refused_with_its_reason_or_kept_harmless()
    {
        Files.Length.ShouldBeGreaterThan(40);
        await using var server = await TestServer.StartAsync();
        var person = await server.AddPersonAsync("mallory0");
        var wrong = new List<string>();
        for (var i = 0; i < Files.Length; i++)
        {
            if (i % 10 == 9)
                person = await server.AddPersonAsync($"mallory{i}");
            var (name, bytes, outcome, gone) = Files[i];
            var answer = await person.UploadAsync(bytes, name);
            var happened = answer.Status == 200 ? await KeptAsync(person, answer.Id, gone) : MessageOf(answer);
            if (happened != outcome)
                wrong.Add($"{name}: {happened} instead of {outcome}");
        }

        wrong.ShouldBeEmpty();
        Directory
            .EnumerateFiles(Path.Combine(server.Folder, "file-cache"), "*", SearchOption.AllDirectories)
            .ShouldBeEmpty();
        var kept = Directory.EnumerateFiles(Path.Combine(server.Folder, "files"), "*", SearchOption.AllDirectories);
        kept.Count().ShouldBe((int)await server.QueryAsync<long>("select count(distinct storage_path) from files"));
    }

    [Fact]
    public async Task What_a_link_of_a_drawing_encloses_is_kept_and_its_target_is_not()
    {
        await using var server = await TestServer.StartAsync();
        var ada = await server.AddPersonAsync("ada");
        var sent =
            "<a href='https://evil.example/' target='_top'><circle r='4'/></a><a xlink:href='#b'><text>b</text></a>";

        var file = (await ada.UploadAsync(Drawing(sent))).Id;

        using var response = await ada.RequestAsync(HttpMethod.Get, $"/files/{file}");
        var kept = await response.Content.ReadAsStringAsync();
        kept.ShouldContain("<a><circle r=\"4\" /></a>");
        kept.ShouldContain("xlink:href=\"#b\"");
        kept.ShouldContain("<text>b</text>");
    }

    /// <summary>The type under which it is served, if it is served safely.</summary>
    private static async Task<string> KeptAsync(Person person, Guid id, string? gone)
    {
        using var response = await person.RequestAsync(HttpMethod.Get, $"/files/{id}");
        var content = Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync());
        if (gone is not null && content.Contains(gone, StringComparison.OrdinalIgnoreCase))
            return $"kept with {gone}";
        var isSafe =
            response.Headers.GetValues("Content-Security-Policy").Single().Contains("sandbox", StringComparison.Ordinal)
            && response.Content.Headers.ContentDisposition!.DispositionType == "attachment";
        return isSafe ? response.Content.Headers.ContentType!.ToString() : "served unsafely";
    }

    private static string MessageOf(Answer answer) =>
        System.Text.Json.JsonElement.Parse(answer.Body).GetProperty("error").GetProperty("message").GetString()!;

    private static byte[] Drawing(string content) => Latin(Open + content + "</svg>");

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>A few hundred bytes that announce a picture of four gigapixels.</summary>
    private static byte[] Bomb()
    {
        var picture = Images.Png();
        picture[18] = picture[22] = 0xFF;
        return picture;
    }
}
