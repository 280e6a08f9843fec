using Chatalot.Integration.Tests.Administration;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Spaces;
using Chatalot.Shared.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Reports;

public sealed class ReportTests
{
    [Fact]
    public async Task Given_a_visible_message_When_reported_again_and_again_at_once_Then_one_report_waits()
    {
        await using var harbour = await Harbour.OpenAsync();
        var stranger = await harbour.Server.RegisterAsync("stranger");
        var channel = await ContentTests.ChannelAsync(harbour);
        await using var bob = await harbour.Bob.ConnectAsync();
        await bob.SubscribeAsync(channel);
        var message = await ContentTests.SendAsync(bob, channel, replyTo: null);
        var report = new
        {
            report_type = "message",
            target_id = message,
            reason = " rude ",
            content = "what it said",
        };

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => harbour.Cy.PostAsync("/reports", report)));

        answers.Select(answer => answer.Id).Distinct().Count().ShouldBe(1);
        var made = answers[0].Json;
        made.GetProperty("status").GetString().ShouldBe("pending");
        made.GetProperty("reason").GetString().ShouldBe("rude");
        made.GetProperty("reviewed_by").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        made.GetProperty("target_user_id").GetGuid().ShouldBe(harbour.Bob.Id);
        (await stranger.PostAsync("/reports", report)).ShouldFail(404, "message not found");
        (
            await stranger.PostAsync(
                "/reports",
                new
                {
                    report_type = "user",
                    target_id = harbour.Bob.Id,
                    reason = "x",
                }
            )
        ).ShouldFail(404, "user not found");

        var list = (await harbour.Ada.GetAsync("/admin/reports?status=pending")).Json;
        list.GetProperty("total").GetInt64().ShouldBe(1);
        var id = list.GetProperty("reports")[0].GetProperty("id").GetGuid();
        await ReviewAsync(harbour, id, new { status = "reviewed", admin_notes = "first look" });
        var reviewed = await ReviewAsync(harbour, id, new { status = "resolved", admin_notes = (string?)null });
        reviewed.GetProperty("admin_notes").GetString().ShouldBe("first look");
        reviewed.GetProperty("reviewed_by").GetGuid().ShouldBe(harbour.Ada.Id);
        (await harbour.Server.Product.QueryAsync<long>("select count(*) from report_reviews")).ShouldBe(2);
        (await harbour.Ada.GetAsync("/admin/reports?status=pending")).Json.GetProperty("total").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task When_something_is_reported_Then_operators_who_are_there_hear_of_it_once_and_nobody_else_does()
    {
        await using var harbour = await Harbour.OpenAsync();
        await using var ada = await harbour.Ada.ConnectAsync();
        await using var sibling = await harbour.Server.Product.StartSiblingAsync();
        var signals = sibling.Services.GetRequiredService<DatabaseSignals>();
        await Eventually.TrueAsync(() => signals.IsListening);
        await using var elsewhere = await harbour.Ada.At(sibling).ConnectAsync();
        await using var bob = await harbour.Bob.ConnectAsync();
        var report = new
        {
            report_type = "user",
            target_id = harbour.Bob.Id,
            reason = "rude",
        };

        var id = (await harbour.Cy.PostAsync("/reports", report)).Id;
        (await harbour.Cy.PostAsync("/reports", report)).Id.ShouldBe(id);

        var news = await ada.NextAsync("report_created");
        news.GetProperty("report_id").GetGuid().ShouldBe(id);
        news.GetProperty("report_type").GetString().ShouldBe("user");
        news.GetProperty("target_id").GetGuid().ShouldBe(harbour.Bob.Id);
        (await elsewhere.NextAsync("report_created")).GetProperty("report_id").GetGuid().ShouldBe(id);
        (await TypesAsync(ada)).ShouldNotContain("report_created");
        (await TypesAsync(bob)).ShouldNotContain("report_created");

        static async Task<IEnumerable<string?>> TypesAsync(TestSocket socket) =>
            (await socket.DrainAsync()).Select(frame => frame.GetProperty("type").GetString());
    }

    [Fact]
    public async Task Given_wrong_reports_and_reviews_Then_each_is_told_why()
    {
        await using var harbour = await Harbour.OpenAsync();
        var target_id = harbour.Bob.Id;

        (
            await harbour.Cy.PostAsync(
                "/reports",
                new
                {
                    report_type = "space",
                    target_id,
                    reason = "x",
                }
            )
        ).ShouldFail(400, "report_type must be 'message', 'user', or 'file'");
        (
            await harbour.Cy.PostAsync(
                "/reports",
                new
                {
                    report_type = "user",
                    target_id,
                    reason = " ",
                }
            )
        ).ShouldFail(400, "reason must be 1-2000 characters");
        (await harbour.Cy.PostAsync("/reports", new { report_type = "user", reason = "x" })).Status.ShouldBe(422);
        (await harbour.Cy.GetAsync("/admin/reports")).ShouldFail(403, "forbidden");
        (
            await harbour.Ada.PostAsync($"/admin/reports/{Guid.NewGuid()}/review", new { status = "resolved" })
        ).ShouldFail(404, "report not found");
        (await harbour.Ada.PostAsync($"/admin/reports/{Guid.NewGuid()}/review", new { status = "pending" })).ShouldFail(
            400,
            "status must be 'reviewed', 'resolved', or 'dismissed'"
        );
    }

    [Fact]
    public async Task Given_twenty_reports_within_the_hour_Then_the_next_one_has_to_wait()
    {
        await using var harbour = await Harbour.OpenAsync();
        await harbour.ExecuteAsync(
            $"""
            insert into reports (id, reporter_id, report_type, target_id, reason, created_at)
            select gen_random_uuid(), '{harbour.Cy.Id}', 'user', gen_random_uuid(), 'r', now() + interval '100 years'
            from generate_series(1, 20)
            """
        );

        (
            await harbour.Cy.PostAsync(
                "/reports",
                new
                {
                    report_type = "user",
                    target_id = harbour.Bob.Id,
                    reason = "x",
                }
            )
        ).ShouldFail(429, "too many reports, please try again later");
    }

    private static async Task<System.Text.Json.JsonElement> ReviewAsync(Harbour harbour, Guid id, object review) =>
        (await harbour.Ada.PostAsync($"/admin/reports/{id}/review", review)).Json;
}
