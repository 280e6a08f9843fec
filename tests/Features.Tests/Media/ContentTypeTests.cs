using System.Text;
using Chatalot.Shared.Media;

namespace Chatalot.Features.Tests.Media;

public sealed class ContentTypeTests
{
    [Theory]
    [InlineData("", "empty file")]
    [InlineData("MZ\u0090\0", "Windows executable (PE) not allowed")]
    [InlineData("MZ", "Windows executable (PE) not allowed")]
    [InlineData("\u007FELF\u0002\u0001", "Linux executable (ELF) not allowed")]
    [InlineData("\u00FE\u00ED\u00FA\u00CE", "macOS/Java executable not allowed")]
    [InlineData("\u00CF\u00FA\u00ED\u00FE", "macOS/Java executable not allowed")]
    [InlineData("\u00CA\u00FE\u00BA\u00BE\0\0\0\u0034", "macOS/Java executable not allowed")]
    [InlineData("#!/bin/sh\necho", "shell script not allowed")]
    [InlineData("#! /usr/bin/env python3", "shell script not allowed")]
    [InlineData("\u00EF\u00BB\u00BF#!/bin/sh", "shell script not allowed")]
    [InlineData("@ECHO OFF\r\ndel", "batch script not allowed")]
    [InlineData("  @echo on  ", "batch script not allowed")]
    [InlineData("\u0001\u0002\0\u0003", "unrecognized binary file type")]
    [InlineData("\u00FF\u00FEh\0e\0y\0", "unrecognized binary file type")]
    public void Refused(string head, string reason) => Of(head).ShouldBe(new ContentType(null, reason));

    [Theory]
    [InlineData("\u0089PNG\r\n\u001A\n", "image/png")]
    [InlineData("\u00FF\u00D8\u00FF\u00E0", "image/jpeg")]
    [InlineData("GIF87a", "image/gif")]
    [InlineData("RIFF....WEBP", "image/webp")]
    [InlineData("BM\u0001\u0002\0\0", "image/bmp")]
    [InlineData("ID3\u0003\0\0", "audio/mpeg")]
    [InlineData("\u00FF\u00FB\u0090", "audio/mpeg")]
    [InlineData("OggS", "audio/ogg")]
    [InlineData("fLaC", "audio/flac")]
    [InlineData("RIFF....WAVE", "audio/wav")]
    [InlineData("\0\0\0\u0018ftypisom", "video/mp4")]
    [InlineData("\0\0\0\u0018ftypavif", "image/avif")]
    [InlineData("\0\0\0\u0018ftypheic", "image/heic")]
    [InlineData("\0\0\0\u0018ftypM4A ", "audio/mp4")]
    [InlineData("\u001AE\u00DF\u00A3", "video/webm")]
    [InlineData("%PDF-1.7", "application/pdf")]
    [InlineData("PK\u0003\u0004", "application/zip")]
    [InlineData("PK\u0005\u0006", "application/zip")]
    [InlineData("\u001F\u008B\b", "application/gzip")]
    [InlineData("BZh91AY&SY\0", "application/x-bzip2")]
    [InlineData("\u00FD7zXZ\0", "application/x-xz")]
    [InlineData("7z\u00BC\u00AF\u0027\u001C", "application/x-7z-compressed")]
    [InlineData("Rar!\u001A\u0007", "application/x-rar-compressed")]
    [InlineData("\0asm", "application/wasm")]
    [InlineData("  <svg/>", "image/svg+xml")]
    [InlineData("<?xml version='1.0'?><svg/>", "image/svg+xml")]
    [InlineData("\u00EF\u00BB\u00BF<!-- a --><svg/>", "image/svg+xml")]
    [InlineData("<!DOCTYPE svg><svg/>", "image/svg+xml")]
    [InlineData("<!DOCTYPE html><html><svg/></html>", "text/plain")]
    [InlineData("<html><script>alert(1)</script>", "text/plain")]
    [InlineData("plain", "text/plain")]
    public void Accepted(string head, string type) => Of(head).ShouldBe(new ContentType(type, null));

    [Theory]
    [InlineData("BMW manual")]
    [InlineData("ID3 tags explained")]
    [InlineData("BZh is a prefix")]
    [InlineData("MZ is a license plate")]
    [InlineData("#!todo buy milk")]
    [InlineData("we write @echo off first")]
    public void Words_are_text_although_they_begin_like_a_format(string head) =>
        Of(head).ShouldBe(new ContentType("text/plain", null));

    [Fact]
    public void A_character_that_the_first_8_KiB_cut_does_not_make_text_binary()
    {
        for (var cut = 1; cut <= 3; cut++)
        {
            var text = Encoding.UTF8.GetBytes(new string('a', ContentType.HeadBytes - cut) + "\U0001F600");
            ContentType.Of(text.AsSpan(0, ContentType.HeadBytes)).MediaType.ShouldBe("text/plain");
        }
        ContentType.Of([.. "abc"u8, 0xF0, 0x9F]).Refusal.ShouldNotBeNull("a whole file that ends so is no text");
    }

    private static ContentType Of(string latin) => ContentType.Of(Encoding.Latin1.GetBytes(latin));
}
