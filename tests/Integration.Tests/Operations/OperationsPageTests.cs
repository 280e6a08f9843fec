using Chatalot.Integration.Tests.Auth;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Shared.Logging;

namespace Chatalot.Integration.Tests.Operations;

/// <summary>The operators' page in a real browser.</summary>
public sealed class OperationsPageTests
{
    [BrowserFact]
    public async Task Given_an_admin_Then_the_page_shows_the_server_runs_jobs_and_searches_the_log()
    {
        var folder = Directory.CreateTempSubdirectory("chatalot-logs-");
        await using var observed = await ObservedServer.StartAsync(
            files: new LogFileOptions(folder.FullName, 10_000_000, TimeSpan.FromDays(1))
        );
        await observed.Server.Http.RegisterAsync("founder");
        await using var browser = await Browser.StartAsync();
        await browser.GoAsync(new Uri(observed.Server.Http.BaseAddress!, "/ops"));
        await browser.HoldsAsync(
            "document.title === 'Chatalot operations' && !!document.getElementById('login').onsubmit"
        );

        await SignInAsync(browser, "wrong");
        await browser.HoldsAsync("document.getElementById('refusal').textContent.includes('wrong')");
        await SignInAsync(browser, Calls.Password);
        await browser.HoldsAsync("!document.getElementById('desk').hidden");

        await browser.HoldsAsync("document.getElementById('health').textContent === 'ok'");
        await browser.HoldsAsync("document.querySelectorAll('.tile').length === 9");
        // As wide as a telephone, nothing but tables may scroll sideways.
        await browser.EvaluateAsync("document.body.style.width = '390px'");
        await browser.HoldsAsync("document.getElementById('desk').getBoundingClientRect().width <= 390");
        await browser.HoldsAsync(
            "[...document.querySelectorAll('.card')].every(card => card.getBoundingClientRect().right <= 390)"
        );
        await browser.EvaluateAsync("document.body.style.width = ''");
        await browser.HoldsAsync("document.querySelectorAll('#tables tr').length > 5");
        await browser.HoldsAsync("document.querySelectorAll('#jobs button').length > 3");
        await browser.HoldsAsync("document.getElementById('configuration').textContent.includes('REGISTRATION_MODE')");
        await browser.HoldsAsync("document.getElementById('lines').textContent.includes('Granted admin')");

        await browser.EvaluateAsync("document.querySelector('#jobs button').click()");
        await browser.HoldsAsync("document.getElementById('freshness').textContent.includes('succeeded')");

        await browser.EvaluateAsync(
            """
            {
                const filter = document.getElementById('filter');
                filter.elements.q.value = 'granted ADMIN';
                filter.requestSubmit();
            }
            """
        );
        await browser.HoldsAsync("document.querySelectorAll('#lines li').length === 1");
        browser.Errors.ShouldBeEmpty();
        folder.Delete(recursive: true);
    }

    [BrowserFact]
    public async Task Given_somebody_who_is_no_admin_Then_the_page_says_so_and_shows_nothing()
    {
        await using var server = await TestServer.StartAsync();
        await server.Http.RegisterAsync("first");
        await server.Http.RegisterAsync("founder");
        await using var browser = await Browser.StartAsync();
        await browser.GoAsync(new Uri(server.Http.BaseAddress!, "/ops"));
        await browser.HoldsAsync(
            "document.title === 'Chatalot operations' && !!document.getElementById('login').onsubmit"
        );

        await SignInAsync(browser, Calls.Password);

        await browser.HoldsAsync("document.getElementById('refusal').textContent.includes('not an admin')");
        (await browser.EvaluateAsync("document.getElementById('desk').hidden")).GetBoolean().ShouldBeTrue();
    }

    private static async Task SignInAsync(Browser browser, string password) =>
        await browser.EvaluateAsync(
            $$"""
            {
                const form = document.getElementById('login');
                form.elements.username.value = 'founder';
                form.elements.password.value = '{{password}}';
                form.requestSubmit();
            }
            """
        );
}
