using Chatalot.Features.Communities;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Tests.Spaces;

public sealed class CustomCssTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("Color: teal ;; --Gap: 2px", "color: teal; --Gap: 2px")]
    [InlineData("background: url( '/api/emojis/1' )", "background: url( '/api/emojis/1' )")]
    [InlineData("opacity: .5", "opacity: .5")]
    [InlineData("--cursor: 1", "--cursor: 1")]
    [InlineData("color: red !important", "color: red !important")]
    [InlineData(".a { color: red }", "body .a { color: red }")]
    [InlineData(
        ".a{color:red}/* x */ .b:hover, body > .c{margin:0 auto}",
        "body .a { color: red }\nbody .b:hover, body>.c { margin: 0 auto }"
    )]
    [InlineData("div.a.b:not(.c, .d), p{color:red}", "body div.a.b:not(.c, .d), body p { color: red }")]
    [InlineData(":root{--accent:#0a7d5c}", "body { --accent: #0a7d5c }")]
    [InlineData(
        ".a{background:linear-gradient(rgb(1 2 3), var(--x))}",
        "body .a { background: linear-gradient(rgb(1 2 3), var(--x)) }"
    )]
    [InlineData(".a{font-family:'Fira (x) Code'}", "body .a { font-family: 'Fira (x) Code' }")]
    public void Harmless_styles_are_kept(string css, string stored) => CustomCss.Sanitize(css).ShouldBe(stored);

    [Theory]
    [InlineData("width: 4px", "CSS property not allowed: width")]
    [InlineData("scroll-behavior: smooth", "CSS property not allowed: scroll-behavior")]
    [InlineData("hello; opacity: .5", "CSS could not be understood: hello")]
    [InlineData("*{display:none}", "CSS property not allowed: display")]
    [InlineData(".a{position : fixed}", "CSS contains blocked pattern: position: fixed")]
    [InlineData(".a{position/**/:\tfixed}", "CSS contains blocked pattern: position: fixed")]
    [InlineData("POSITION:ABSOLUTE", "CSS contains blocked pattern: position:absolute")]
    [InlineData(".a{position:sticky}", "CSS property not allowed: position")]
    [InlineData(".a{z-index:9}", "CSS contains blocked pattern: z-index")]
    [InlineData(".a{cursor:none}", "CSS contains blocked pattern: cursor:")]
    [InlineData(".a{pointer-events:none}", "CSS contains blocked pattern: pointer-events")]
    [InlineData(".a{behavior:url(/api/x)}", "CSS contains blocked pattern: behavior:")]
    [InlineData(".a{-moz-binding:url(/api/x)}", "CSS contains blocked pattern: -moz-binding")]
    [InlineData("@import 'x';", "CSS contains blocked pattern: @import")]
    [InlineData(".a{color:red}@IMPORT 'x';", "CSS contains blocked pattern: @import")]
    [InlineData("@font-face{font-family:x}", "CSS contains blocked pattern: @font-face")]
    [InlineData("@keyframes x{from{color:red}}", "CSS contains blocked pattern: @keyframes")]
    [InlineData("@media all{.a{color:red}}", "CSS at-rule not allowed: @media")]
    [InlineData("@layer x{.a{color:red}}", "CSS at-rule not allowed: @layer")]
    [InlineData("@namespace x;", "CSS at-rule not allowed: @namespace")]
    [InlineData(".a{color:expression(alert(1))}", "CSS contains blocked pattern: expression(")]
    [InlineData(".a{background:url(javascript:x)}", "CSS contains blocked pattern: javascript:")]
    [InlineData(".a{background:url(https://e.example/x)}", "url() is only allowed for /api/ paths")]
    [InlineData(".a{background:URL(//e.example/x)}", "url() is only allowed for /api/ paths")]
    [InlineData(".a{background:url('https://e.example/x')}", "url() is only allowed for /api/ paths")]
    [InlineData(".a{background:url(/api/x),url(https://e.example)}", "url() is only allowed for /api/ paths")]
    [InlineData(".a{background:'url(/api/x)' url(https://e.example)}", "url() is only allowed for /api/ paths")]
    [InlineData(".a{--x:url(https://e.example)}", "url() is only allowed for /api/ paths")]
    [InlineData("--x:url(data:text/css,x)", "url() is only allowed for /api/ paths")]
    [InlineData(".a{background:image-set(\"https://e.example\" 1x)}", "CSS function not allowed: image-set")]
    [InlineData(".a{background:-webkit-image-set(url(/api/x) 1x)}", "CSS function not allowed: -webkit-image-set")]
    [InlineData(".a{background:cross-fade(url(/api/x))}", "CSS function not allowed: cross-fade")]
    [InlineData(".a{background:src('https://e.example')}", "CSS function not allowed: src")]
    [InlineData(".a{background:attr(value)}", "CSS function not allowed: attr")]
    [InlineData(".a{background:\\75rl(https://e.example)}", "CSS contains blocked pattern: \\")]
    [InlineData(".a{color:red}</style><script>", "CSS contains blocked pattern: <")]
    [InlineData(".a{color:red}\0", "CSS contains blocked pattern: control character")]
    [InlineData("input[value^=a]{color:red}", "CSS selector not allowed: input[value^=\"a\"]")]
    [InlineData(".a:has(.b){color:red}", "CSS selector not allowed: .a:has(.b)")]
    [InlineData(".a{.b{color:red}}", "CSS could not be understood")]
    [InlineData("color:red; .a{color:blue}", "CSS could not be understood")]
    [InlineData("}.a{color:red}", "CSS could not be understood")]
    [InlineData(".a{color:red", "CSS could not be understood")]
    [InlineData(".a{color:red} trailing", "CSS could not be understood")]
    [InlineData(".a{font-family:'x}", "CSS could not be understood")]
    [InlineData(".a{color:rgb(1}", "CSS could not be understood")]
    [InlineData("/* .a{color:red}", "CSS could not be understood")]
    public void Hostile_and_broken_styles_are_refused(string css, string reason) =>
        Should.Throw<FailureException>(() => CustomCss.Sanitize(css)).Failure.Message.ShouldBe($"customCss: {reason}");

    [Fact]
    public void Every_property_is_checked_even_one_that_a_later_one_replaces() =>
        Should.Throw<FailureException>(() =>
            CustomCss.Sanitize(".a{background:url(https://e.example);background:red}")
        );

    [Fact]
    public void A_style_of_more_than_4096_bytes_is_refused() =>
        Should
            .Throw<FailureException>(() => CustomCss.Sanitize("--a:" + new string('é', 2047)))
            .Failure.Message.ShouldBe("customCss: CSS too large (max 4096 bytes)");
}
