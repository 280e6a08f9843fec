using System.CommandLine;
using Chatalot.Bench.Accounts;
using Chatalot.Bench.Machine;
using Chatalot.Bench.Reporting;

namespace Chatalot.Bench.Commands;

/// <summary>The server under test: where it is, whose accounts to use, which processes to watch.</summary>
internal sealed class TargetOptions
{
    private readonly Option<string> _url = new("--url")
    {
        Description = "address of the server",
        DefaultValueFactory = _ => "http://127.0.0.1:8080",
    };
    private readonly Option<string?> _accounts = new("--accounts")
    {
        Description =
            "file that keeps registered accounts between runs (default: one for each address in ~/.cache/chatalot-bench)",
    };
    private readonly Option<int> _socketsPerUser = new("--sockets-per-user")
    {
        Description = "receiving sockets that share one user; the server's SOCKETS_PER_USER must allow as many",
        DefaultValueFactory = _ => 8,
    };
    private readonly Option<int?> _serverPid = new("--server-pid")
    {
        Description = "process id of the server (default: whoever listens on the port)",
    };
    private readonly Option<int?> _postgresPid = new("--postgres-pid")
    {
        Description = "process id of the PostgreSQL postmaster (default: the server's child, or the only one)",
    };

    private readonly Option<string> _metrics = new("--metrics")
    {
        Description = "address of the server's metrics, for what it allocates",
        DefaultValueFactory = _ => "http://127.0.0.1:9464/metrics",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_url);
        command.Options.Add(_accounts);
        command.Options.Add(_socketsPerUser);
        command.Options.Add(_serverPid);
        command.Options.Add(_postgresPid);
        command.Options.Add(_metrics);
    }

    public Target Read(ParseResult arguments)
    {
        var url = new Uri(arguments.GetRequiredValue(_url));
        var api = ChatalotApi.For(url);
        var accounts = new AccountPool(
            api,
            arguments.GetValue(_accounts) ?? AccountCache.DefaultPathFor(url),
            TimeProvider.System
        );
        return new Target(
            url,
            api,
            accounts,
            new HttpSeeder(api, accounts, arguments.GetValue(_socketsPerUser)),
            ReadMeters(arguments)
        );
    }

    /// <summary>Where the server's metrics are.</summary>
    public Uri ReadMetrics(ParseResult arguments) => new(arguments.GetRequiredValue(_metrics));

    /// <summary>The processes as they are now.</summary>
    public Meters ReadMeters(ParseResult arguments) =>
        Meters.For(
            new Uri(arguments.GetRequiredValue(_url)),
            arguments.GetValue(_serverPid),
            arguments.GetValue(_postgresPid),
            ReadMetrics(arguments)
        );
}

/// <summary>Everything that a command needs to work on the server under test.</summary>
internal sealed record Target(Uri Url, ChatalotApi Api, AccountPool Accounts, ISeeder Seeder, Meters Meters)
{
    /// <summary>Runs something with its progress on the screen, that of registrations included.</summary>
    public Task<T> WithProgressAsync<T>(string title, Func<Action<string>, Task<T>> work) =>
        Show.WithProgressAsync(
            title,
            progress =>
            {
                Accounts.Progress = (done, count) => progress($"accounts: {done} of {count}");
                return work(progress);
            }
        );
}
