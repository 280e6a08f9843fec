using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Chatalot.Features.Maintenance;
using Chatalot.Features.Spaces;
using Chatalot.Integration.Tests.Infrastructure;
using Chatalot.Integration.Tests.Postgres;
using Npgsql;

namespace Chatalot.Integration.Tests.Chaos;

/// <summary>
/// PostgreSQL is paused, killed and stopped under a server that is being used: what was acknowledged stays, what was
/// not is refused, sockets live through all of it and nothing needs a restart.
/// </summary>
public sealed class DatabaseChaosTests
{
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Given_a_database_that_hangs_dies_and_goes_away_under_load_Then_nothing_acknowledged_is_lost()
    {
        await using var cluster = new PrivateCluster { IsDurable = true };
        var postgres = await cluster.StartAsync();
        await using var observed = await ObservedServer.StartAsync(
            set: new() { ["DATABASE_URL"] = postgres.ConnectionString }
        );
        var server = observed.Server;
        var ada = await server.AddPersonAsync("ada", InstanceRole.Admin);
        var channel = (await ada.PostAsync("/channels", new { name = "storm", channel_type = "text" })).Id;
        await using var socket = await ada.ConnectAsync();
        await using var talker = new Talker(socket, channel);
        await talker.UntilAsync(acknowledged: 20);

        await PrivateCluster.SignalAsync(postgres.ProcessId, "STOP");
        await HealthIsAsync(server, HttpStatusCode.ServiceUnavailable);
        await Should.ThrowAsync<NpgsqlException>(() => server.RunJobAsync<PrunePrekeys>());
        await PrivateCluster.SignalAsync(postgres.ProcessId, "CONT");
        await HealthIsAsync(server, HttpStatusCode.OK);
        await talker.UntilAsync(talker.Acknowledged + 20);

        // The launcher starts a postmaster that died again; the server only sees a short outage.
        await PrivateCluster.SignalAsync(postgres.ProcessId, "KILL");
        await talker.UntilAsync(talker.Acknowledged + 20);

        await postgres.DisposeAsync();
        await HealthIsAsync(server, HttpStatusCode.ServiceUnavailable);
        await talker.UntilRefusedAsync();
        await cluster.StartAsync();
        await HealthIsAsync(server, HttpStatusCode.OK);
        await talker.UntilAsync(talker.Acknowledged + 20);
        await talker.StopAsync();

        (await server.RunJobAsync<PrunePrekeys>()).Outcome.ShouldBe("succeeded");
        await observed.LineAsync("WARN Chatalot.Postgres: Database lost");
        await observed.LineAsync("INFO Chatalot.Postgres: Database back after");
        observed.Lines.Where(line => line.Contains(" ERROR Chatalot.", StringComparison.Ordinal)).ShouldBeEmpty();
        talker.Refusals.ShouldAllBe(code => code == "database_unavailable" || code == "unavailable");
        var stored = await HistoryAsync(ada, channel);
        talker.AcknowledgedIds.Except(stored).ShouldBeEmpty("acknowledged, but not there");
        stored.Distinct().Count().ShouldBe(stored.Count);
        socket.CloseStatus.ShouldBeNull();
    }

    private static Task HealthIsAsync(TestServer server, HttpStatusCode expected) =>
        Eventually.HoldsAsync(
            async () =>
            {
                using var limit = new CancellationTokenSource(Noticed);
                using var answer = await server.Http.GetAsync("/api/health", limit.Token);
                return answer.StatusCode == expected;
            },
            $"health says {expected}"
        );

    private static async Task<List<Guid>> HistoryAsync(Person reader, Guid channel)
    {
        var all = new List<Guid>();
        while (true)
        {
            var before = all.Count == 0 ? "" : $"&before={all[^1]}";
            var page = (await reader.GetAsync($"/channels/{channel}/messages?limit=100{before}")).Rows;
            all.AddRange(page.Select(row => row.GetProperty("id").GetGuid()));
            if (page.Count < 100)
                return all;
        }
    }

    /// <summary>Sends one message after the other over one socket and keeps account of the answers.</summary>
    private sealed class Talker : IAsyncDisposable
    {
        private readonly TestSocket socket;
        private readonly Guid channel;
        private readonly CancellationTokenSource stop = new();
        private readonly ConcurrentQueue<Guid> acknowledged = new();
        private readonly ConcurrentQueue<string> refusals = new();
        private readonly Task talking;

        public Talker(TestSocket socket, Guid channel)
        {
            this.socket = socket;
            this.channel = channel;
            talking = TalkAsync();
        }

        public int Acknowledged => acknowledged.Count;

        public IReadOnlyCollection<Guid> AcknowledgedIds => acknowledged;

        public IReadOnlyCollection<string> Refusals => refusals;

        public Task UntilAsync(int acknowledged) =>
            Eventually.HoldsAsync(() => Acknowledged >= acknowledged, $"{acknowledged} messages are acknowledged");

        public Task UntilRefusedAsync()
        {
            var before = refusals.Count;
            return Eventually.HoldsAsync(() => refusals.Count > before, "a message is refused");
        }

        public async Task StopAsync()
        {
            await stop.CancelAsync();
            await talking;
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            stop.Dispose();
        }

        private async Task TalkAsync()
        {
            for (var number = 0; !stop.IsCancellationRequested; number++)
            {
                await socket.SendAsync(
                    new
                    {
                        type = "send_message",
                        channel_id = channel,
                        ciphertext = Encoding.UTF8.GetBytes($"message {number}").Select(value => (int)value),
                        nonce = Enumerable.Repeat(7, 12),
                        message_type = "text",
                    }
                );
                var answer = await socket.NextAsync("message_sent", or: "error");
                if (answer.GetProperty("type").GetString() == "message_sent")
                    acknowledged.Enqueue(answer.GetProperty("id").GetGuid());
                else
                    refusals.Enqueue(answer.GetProperty("code").GetString()!);
            }
        }
    }
}
