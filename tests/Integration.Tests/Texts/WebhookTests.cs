using System.Net.Http.Json;
using System.Text.Json;
using Chatalot.Features.Messages;
using Chatalot.Integration.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Chatalot.Integration.Tests.Texts;

public sealed class WebhookTests
{
    [Fact]
    public async Task Given_a_webhook_When_it_posts_Then_every_reader_gets_the_text_live_and_later()
    {
        await using var quay = await Quay.OpenAsync();
        var (id, token) = await CreateAsync(quay);
        await using var creator = await quay.ListenAsync(quay.Ada);

        (await PostAsync(quay, token, new { content = "gale warning ⚠" })).ShouldBeEmpty();

        var live = await creator.NextAsync("new_message");
        live.GetProperty("sender_id").ValueKind.ShouldBe(JsonValueKind.Null);
        live.GetProperty("message_type").GetString().ShouldBe("webhook");
        live.GetProperty("webhook_name").GetString().ShouldBe("Harbour master");
        Quay.Text(live).ShouldBe("gale warning ⚠");
        var stored = (await quay.Bob.GetAsync($"/channels/{quay.Channel}/messages")).Rows.Single();
        stored.GetProperty("sender_id").ValueKind.ShouldBe(JsonValueKind.Null);
        stored.GetProperty("webhook_avatar").GetString().ShouldBe("/api/files/x");
        Quay.Text(stored).ShouldBe("gale warning ⚠");
        (
            await quay.Server.QueryAsync<bool>($"select bool_or(w::text like '%{token}%') from webhooks w")
        ).ShouldBeFalse();
        (await quay.Ada.GetAsync($"/channels/{quay.Channel}/webhooks"))
            .Rows.Single()
            .TryGetProperty("token", out _)
            .ShouldBeFalse();
        (await quay.Ada.DeleteAsync($"/webhooks/{id}")).ShouldBeEmpty();
        (await PostAsync(quay, token, new { content = "late" })).ShouldFail(404, "webhook not found or inactive");
        (await quay.Server.QueryAsync<long>("select count(*) from audit_log where action like 'webhook_%'")).ShouldBe(
            2
        );
    }

    [Fact]
    public async Task Given_many_posts_at_once_Then_one_a_second_passes()
    {
        await using var quay = await Quay.OpenAsync();
        var (_, token) = await CreateAsync(quay);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => PostAsync(quay, token, new { content = $"{i}" }))
        );

        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.First(a => a.Status != 200).ShouldFail(429, "webhook rate limited (max 1 msg/sec)");
        quay.Server.Clock.Advance(TimeSpan.FromSeconds(1.1));
        (await PostAsync(quay, token, new { content = "again", username = "Pilot" })).ShouldBeEmpty();
        (await quay.Bob.GetAsync($"/channels/{quay.Channel}/messages"))
            .Rows[0]
            .GetProperty("webhook_name")
            .GetString()
            .ShouldBe("Pilot");
    }

    [Fact]
    public async Task Given_wrong_posts_and_closed_channels_Then_each_is_refused_with_its_reason()
    {
        await using var quay = await Quay.OpenAsync();
        var (id, token) = await CreateAsync(quay);

        (await PostAsync(quay, token, new { content = "" })).ShouldFail(400, "content must be 1-4000 characters");
        (await PostAsync(quay, token, new { content = "x", username = new string('n', 65) })).ShouldFail(
            400,
            "username must be at most 64 characters"
        );
        (await PostAsync(quay, token, new { content = "x", avatar_url = "javascript:1" })).ShouldFail(
            400,
            "avatar URL must be an HTTP(S) URL or /api/ path"
        );
        (await PostAsync(quay, "short", new { content = "x" })).ShouldFail(404, "webhook not found or inactive");
        (await PostAsync(quay, token, new { content = new string('x', 70_000) })).Status.ShouldBe(413);

        (await quay.Ada.PatchAsync($"/webhooks/{id}", new { active = false }))
            .Json.GetProperty("active")
            .GetBoolean()
            .ShouldBeFalse();
        (await PostAsync(quay, token, new { content = "x" })).ShouldFail(404, "webhook not found or inactive");
        var kept = (await quay.Ada.PatchAsync($"/webhooks/{id}", new { name = " New ", active = true })).Json;
        kept.GetProperty("name").GetString().ShouldBe("New");
        kept.GetProperty("avatar_url").GetString().ShouldBe("/api/files/x");
        (await quay.Ada.PatchAsync($"/webhooks/{id}", new { avatar_url = (string?)null }))
            .Json.GetProperty("avatar_url")
            .ValueKind.ShouldBe(JsonValueKind.Null);
        await quay.Ada.PatchAsync($"/channels/{quay.Channel}", new { archived = true });
        (await PostAsync(quay, token, new { content = "x" })).ShouldFail(403, "this channel is archived");
    }

    [Fact]
    public async Task Given_two_who_change_a_webhook_at_once_Then_the_answer_and_the_audit_log_tell_what_is_stored()
    {
        await using var quay = await Quay.OpenAsync();
        var (id, _) = await CreateAsync(quay);
        await using var other = await HeldTransaction.BeginAsync(
            quay.Server.Database.DataSource,
            $"update webhooks set name = 'Pilot', avatar_url = null where id = '{id}'"
        );

        var answer = await other.CommitUnderAsync(() => quay.Ada.PatchAsync($"/webhooks/{id}", new { active = false }));

        answer.Json.GetProperty("name").GetString().ShouldBe("Pilot");
        answer.Json.GetProperty("avatar_url").ValueKind.ShouldBe(JsonValueKind.Null);
        answer.Json.GetProperty("active").GetBoolean().ShouldBeFalse();
        (
            await quay.Server.QueryAsync<string>(
                "select metadata ->> 'name' from audit_log where action = 'webhook_updated'"
            )
        ).ShouldBe("Pilot");
    }

    [Fact]
    public async Task Given_members_and_strangers_Then_they_manage_no_webhooks_and_a_rotated_token_ends_the_old_one()
    {
        await using var quay = await Quay.OpenAsync();
        var (id, token) = await CreateAsync(quay);
        var path = $"/channels/{quay.Channel}/webhooks";

        (await quay.Bob.PostAsync(path, new { name = "" })).ShouldFail(403, "forbidden");
        (await quay.Owner.GetAsync(path)).ShouldFail(403, "forbidden");
        (await quay.Ada.PostAsync(path, new { name = " " })).ShouldFail(400, "webhook name must be 1-64 characters");
        (await quay.Bob.DeleteAsync($"/webhooks/{id}")).ShouldFail(403, "forbidden");
        (await quay.Bob.DeleteAsync($"/webhooks/{Guid.NewGuid()}")).ShouldFail(404, "webhook not found");

        var rotated = (await quay.Ada.PostAsync($"/webhooks/{id}/token")).Json.GetProperty("token").GetString()!;
        (await PostAsync(quay, token, new { content = "x" })).ShouldFail(404, "webhook not found or inactive");
        (await PostAsync(quay, rotated, new { content = "x" })).ShouldBeEmpty();
    }

    [Fact]
    public async Task Given_a_channel_that_is_nearly_full_When_many_webhooks_are_made_at_once_Then_the_limit_holds()
    {
        await using var quay = await Quay.OpenAsync();
        await quay.Server.ExecuteAsync(
            $"""
            insert into webhooks (id, channel_id, name, token_hash, created_at)
            select gen_random_uuid(), '{quay.Channel}', 'w', sha256(n::text::bytea), now() from generate_series(1, 97) n
            """
        );

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(n => quay.Ada.PostAsync($"/channels/{quay.Channel}/webhooks", new { name = $"w{n}" }))
        );

        answers.Count(answer => answer.Status == 200).ShouldBe(3);
        answers.First(a => a.Status != 200).ShouldFail(400, "cannot have more than 100 webhooks in a channel");
        (await quay.Server.QueryAsync<long>("select count(*) from webhooks")).ShouldBe(100);
        (
            await quay.Server.QueryAsync<long>("select count(*) from audit_log where action = 'webhook_created'")
        ).ShouldBe(3);
    }

    [Fact]
    public async Task Given_a_key_When_a_post_is_repeated_Then_there_is_one_message_and_every_repeat_is_confirmed()
    {
        await using var quay = await Quay.OpenAsync();
        var (_, token) = await CreateAsync(quay);
        await using var listener = await quay.ListenAsync(quay.Bob);

        var first = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => PostAsync(quay, token, new { content = "once" }, "build-7"))
        );
        first.ShouldContain(answer => answer.Status == 200);
        first.ShouldAllBe(answer => answer.Status == 200 || answer.Status == 429);
        (await PostAsync(quay, token, new { content = "once" }, "build-7")).ShouldBeEmpty();
        quay.Server.Clock.Advance(TimeSpan.FromSeconds(2));
        (await PostAsync(quay, token, new { content = "once" }, "build-7")).ShouldBeEmpty();
        (await PostAsync(quay, token, new { content = "twice" }, "build-8")).ShouldBeEmpty();
        (await PostAsync(quay, token, new { content = "x" }, new string('k', 65))).ShouldFail(
            400,
            "Idempotency-Key must be 1-64 ASCII characters"
        );

        Quay.Text(await listener.NextAsync("new_message")).ShouldBe("once");
        Quay.Text(await listener.NextAsync("new_message")).ShouldBe("twice");
        (await quay.Bob.GetAsync($"/channels/{quay.Channel}/messages"))
            .Rows.Select(Quay.Text)
            .ShouldBe(["twice", "once"]);
    }

    [Fact]
    public async Task Given_a_creation_that_is_repeated_with_its_key_Then_there_is_one_webhook_and_its_token_comes_again()
    {
        await using var quay = await Quay.OpenAsync();
        var body = new { name = "Harbour master" };

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => CreateAsync(quay, body, "new-1")));

        var made = answers.Select(answer => answer.Json.ToString()).Distinct().ShouldHaveSingleItem();
        var first = JsonElement.Parse(made);
        var token = first.GetProperty("token").GetString()!;
        token.ShouldMatch("^[A-Za-z0-9]{64}$");
        (await PostAsync(quay, token, new { content = "here" })).ShouldBeEmpty();
        var other = (await CreateAsync(quay, body, "new-2")).Json;
        other.GetProperty("id").GetGuid().ShouldNotBe(first.GetProperty("id").GetGuid());
        other.GetProperty("token").GetString().ShouldNotBe(token);
        (
            await quay.Server.QueryAsync<long>("select count(*) from audit_log where action = 'webhook_created'")
        ).ShouldBe(2);

        var id = first.GetProperty("id").GetGuid();
        (await quay.Ada.PostAsync($"/webhooks/{id}/token")).Status.ShouldBe(200);
        var late = (await CreateAsync(quay, body, "new-1")).Json;
        late.GetProperty("id").GetGuid().ShouldBe(id);
        late.TryGetProperty("token", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Given_the_same_key_in_one_commit_Then_one_message_is_stored_and_both_are_confirmed()
    {
        await using var quay = await Quay.OpenAsync();
        var log = quay.Server.Services.GetRequiredService<MessageLog>();
        var receipts = Enumerable.Range(0, 20).Select(_ => new AwaitedReceipt()).ToList();

        await Task.WhenAll(
            receipts.Select(receipt =>
                log.AppendAsync(
                        new NewMessage
                        {
                            ChannelId = quay.Channel,
                            SenderId = null,
                            Ciphertext = [1],
                            Nonce = [1],
                            MessageType = "webhook",
                            Webhook = new WebhookIdentity("w", null, quay.Channel, "same"),
                            Receipt = receipt,
                        },
                        CancellationToken.None
                    )
                    .AsTask()
            )
        );
        await Task.WhenAll(receipts.Select(receipt => receipt.CommittedAsync()));

        (await quay.Server.QueryAsync<long>("select count(*) from messages")).ShouldBe(1);
    }

    [Fact]
    public async Task Given_a_webhook_that_many_delete_at_once_Then_one_did_and_the_log_says_so_once()
    {
        await using var quay = await Quay.OpenAsync();
        var (id, _) = await CreateAsync(quay);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => quay.Ada.DeleteAsync($"/webhooks/{id}")).ToArray()
        );

        answers.Select(answer => answer.Status).Order().ShouldBe([200, 404, 404, 404, 404, 404]);
        (
            await quay.Server.QueryAsync<long>("select count(*) from audit_log where action = 'webhook_deleted'")
        ).ShouldBe(1);
    }

    private static async Task<(Guid Id, string Token)> CreateAsync(Quay quay)
    {
        var made = (
            await quay.Ada.PostAsync(
                $"/channels/{quay.Channel}/webhooks",
                new { name = " Harbour master ", avatar_url = "/api/files/x" }
            )
        ).Json;
        var token = made.GetProperty("token").GetString()!;
        token.ShouldMatch("^[A-Za-z0-9]{64}$");
        return (made.GetProperty("id").GetGuid(), token);
    }

    /// <summary>Creates with a key.</summary>
    private static async Task<Answer> CreateAsync(Quay quay, object body, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/channels/{quay.Channel}/webhooks");
        request.Headers.Authorization = new("Bearer", quay.Ada.Token);
        request.Headers.Add("Idempotency-Key", key);
        request.Content = JsonContent.Create(body);
        using var response = await quay.Server.Http.SendAsync(request);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static async Task<Answer> PostAsync(Quay quay, string token, object body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/webhooks/execute/{token}");
        request.Content = JsonContent.Create(body);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using var response = await quay.Server.Http.SendAsync(request);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
