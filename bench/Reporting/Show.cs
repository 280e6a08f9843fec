using System.Globalization;
using Chatalot.Bench.Floor;
using Chatalot.Bench.Load;
using Chatalot.Bench.Machine;
using Chatalot.Bench.Suite;
using Spectre.Console;

namespace Chatalot.Bench.Reporting;

/// <summary>Results as tables for people.</summary>
internal static class Show
{
    public static void Suite(SuiteReport report)
    {
        var title = $"medians of {report.Repeats}{(report.Durability is { } durability ? $" ({durability})" : "")}";
        var table = NewTable(title, "", "unit", "server", "floor", "ratio", "target", "met");
        foreach (var row in report.Rows)
            table.AddRow(
                row.Name,
                row.Unit,
                Short(row.Measured),
                Short(row.Floor),
                Short(row.Ratio),
                $"{(row.Goal.OnRatio ? "ratio " : "")}{(row.Goal.AtLeast ? "at least" : "at most")} {Short(row.Goal.Value)}",
                row.IsMet switch
                {
                    true => "[green]yes[/]",
                    false => "[red]no[/]",
                    null => "-",
                }
            );
        AnsiConsole.Write(table);
        foreach (var run in report.ServerRuns.Where(run => !run.IsClean))
            Fanout("a run with violations", run);
    }

    /// <summary>
    /// With <paramref name="ordered"/> false the server promises no common order, so none is looked for.
    /// </summary>
    public static void Fanout(string title, FanoutResult result, bool ordered = true)
    {
        var plan = result.Plan;
        var table = NewTable(
            $"{title}: {plan.Rooms} x {plan.Members} members, {plan.Senders} senders each, {Load(plan)}"
        );
        table.AddRow("acknowledged sends / s", Count(result.SendsPerSecond));
        table.AddRow("deliveries / s", Count(result.DeliveriesPerSecond));
        if (result.Server is { CpuSeconds: > 0 } server)
            table.AddRow(
                "deliveries / server CPU s",
                Count(result.DeliveriesPerSecond * plan.Seconds / server.CpuSeconds)
            );
        table.AddRow("acknowledge latency", Latency(result.AcknowledgeLatency));
        table.AddRow("delivery latency", Latency(result.DeliveryLatency));
        table.AddRow("bytes of a delivered frame", Count(result.FrameBytes));
        table.AddRow("server", Cpu(result.Server, plan.Seconds));
        table.AddRow("PostgreSQL", Cpu(result.Postgres, plan.Seconds));
        table.AddRow("generator", Cpu(result.Generator, plan.Seconds));
        if (result.AllocatedBytes is { } allocated && result.DeliveriesPerSecond > 0)
            table.AddRow(
                "allocated by the server",
                $"{Count(allocated / (result.SendsPerSecond * plan.Seconds))} bytes a message, "
                    + $"{Count(allocated / (result.DeliveriesPerSecond * plan.Seconds))} bytes a delivery"
            );
        table.AddRow("messages accepted", Count(result.Accepted));
        table.AddRow("checks", Checks(result, ordered));
        AnsiConsole.Write(table);
        foreach (var (error, count) in result.Errors.OrderByDescending(entry => entry.Value).Take(5))
            AnsiConsole.MarkupLineInterpolated($"[red]{count} x {error}[/]");
    }

    public static void Operate(OperateResult result)
    {
        var table = NewTable("what monitoring felt");
        table.AddRow("/api/health", Latency(result.Probe.Health));
        table.AddRow("health calls that were not 200", Count(result.Probe.Unwell));
        table.AddRow("read of the metrics", Latency(result.Probe.Scrapes));
        table.AddRow("size of the metrics", $"{Count(result.Probe.ScrapeBytes)} bytes");
        if (result.ObservedRatio is { } ratio)
            table.AddRow("sends / s with JSON lines and metrics, by those without", Short(ratio));
        AnsiConsole.Write(table);
    }

    public static void Commits(string durability, IEnumerable<CommitResult> results)
    {
        var table = NewTable($"single-row commits ({durability})", "clients", "rows / s", "commit latency");
        foreach (var result in results)
            table.AddRow(
                result.Clients.ToString(CultureInfo.InvariantCulture),
                Count(result.RowsPerSecond),
                Latency(result.Latency)
            );
        AnsiConsole.Write(table);
    }

    public static void Idle(string title, IdleResult result)
    {
        var table = NewTable($"{title}: {Count(result.Sockets)} idle sockets, {result.Channels} channels each");
        table.AddRow("memory a socket", string.Create(CultureInfo.InvariantCulture, $"{result.KbPerSocket:0.0} kB"));
        table.AddRow("server before / after", $"{Count(result.ServerMbBefore)} / {Count(result.ServerMbAfter)} MB");
        table.AddRow("authentications / s", Count(result.AuthenticationsPerSecond));
        table.AddRow(
            $"server CPU in {result.IdleSeconds:0} idle s",
            string.Create(CultureInfo.InvariantCulture, $"{result.ServerCpuSeconds:0.00} s")
        );
        table.AddRow("sockets closed by the server", Count(result.ClosedSockets));
        AnsiConsole.Write(table);
    }

    public static void History(HistoryResult result)
    {
        var title = $"history: pages of 50, {result.Connections} connections, {Count(result.Depth)} messages deep";
        var table = NewTable(title, "", "pages / s", "latency", "bytes of a page");
        foreach (var (name, pages) in new[] { ("first page", result.First), ("deep pages", result.Deep) })
            table.AddRow(name, Count(pages.PagesPerSecond), Latency(pages.Latency), Count(pages.PageBytes));
        AnsiConsole.Write(table);
    }

    public static void Login(LoginResult result)
    {
        var table = NewTable($"login: {result.Parallel} at a time");
        table.AddRow("logins / s", result.LoginsPerSecond.ToString("0.0", CultureInfo.InvariantCulture));
        table.AddRow("login latency", Latency(result.Latency));
        if (result is { QuietDelivery: { } quiet, BusyDelivery: { } busy })
        {
            table.AddRow("message delivery, no logins", Latency(quiet));
            table.AddRow("message delivery meanwhile", Latency(busy));
        }
        if (result.Refused is { } refused)
        {
            table.AddRow("refused, known name", Latency(refused.KnownName));
            table.AddRow("refused, unknown name", Latency(refused.UnknownName));
            table.AddRow("medians, unknown / known", refused.Ratio.ToString("0.000", CultureInfo.InvariantCulture));
        }
        AnsiConsole.Write(table);
    }

    public static void Calls(CallResult result)
    {
        var plan = result.Plan;
        var table = NewTable(
            $"calls: {plan.Participants} join within {Count(plan.JoinMilliseconds)} ms, then {Count(plan.Rate)} candidates / s"
        );
        table.AddRow("pairs, offers, answers", $"{plan.Pairs}, {result.Offers}, {result.Answers}");
        table.AddRow("until everybody is connected", $"{Count(result.SetupMilliseconds)} ms");
        table.AddRow("relay latency meanwhile", Latency(result.Setup));
        table.AddRow("relay latency afterwards", Latency(result.Relay));
        table.AddRow(
            "checks",
            result.IsClean
                ? "[green]one offer and one answer for each pair, nothing lost[/]"
                : $"[red]repeated offers {result.RepeatedOffers}, lost {result.Sent - result.Relayed}, "
                    + $"refused {result.Refused}[/]"
        );
        AnsiConsole.Write(table);
    }

    public static void Ban(BanResult result)
    {
        var table = NewTable($"ban: {Count(result.Sockets)} sockets");
        table.AddRow("until it was answered", $"{Short(result.AnsweredMilliseconds)} ms");
        table.AddRow("until the last socket knew", $"{Short(result.KnownMilliseconds)} ms");
        table.AddRow("sockets that never knew", Count(result.Missing));
        table.AddRow("echo elsewhere, quiet", Latency(result.QuietEcho));
        table.AddRow("echo elsewhere meanwhile", Latency(result.Echo));
        AnsiConsole.Write(table);
    }

    public static void Files(FilesResult result)
    {
        var plan = result.Plan;
        var table = NewTable($"files: {plan.Parallel} at a time of {Count(plan.FileBytes / 1048576.0)} MiB");
        table.AddRow("uploads with the right checksum", Count(result.Uploads));
        table.AddRow("damaged", Count(result.Damaged));
        table.AddRow("uploads, MB / s", Short(result.MbPerSecond));
        table.AddRow("cp and sha256sum, MB / s", Short(result.FloorMbPerSecond));
        table.AddRow("ratio", Short(result.Ratio));
        table.AddRow("echo, no uploads", Latency(result.QuietEcho));
        table.AddRow("echo meanwhile", Latency(result.BusyEcho));
        table.AddRow("p99 meanwhile / quiet", Short(result.BusyEcho.P99 / result.QuietEcho.P99));
        table.AddRow("server memory before, MB", Short(result.ServerMbBefore));
        table.AddRow("at most", Short(result.ServerMbPeak));
        AnsiConsole.Write(table);
    }

    /// <summary>
    /// Runs something under a spinner whose text is the progress; silently when there is no terminal.
    /// </summary>
    public static Task<T> WithProgressAsync<T>(string title, Func<Action<string>, Task<T>> work) =>
        Console.IsOutputRedirected
            ? work(_ => { })
            : AnsiConsole
                .Status()
                .StartAsync(title, context => work(text => context.Status = Markup.Escape($"{title}: {text}")));

    public static Table NewTable(string title, params string[] columns)
    {
        var table = new Table { Title = new TableTitle(Markup.Escape(title)), Border = TableBorder.Rounded };
        foreach (var column in columns.Length > 0 ? columns : ["", "measured"])
            table.AddColumn(column);
        return table;
    }

    public static string Count(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Latency(LatencySummary latency) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"p50 {latency.P50:0.00}  p95 {latency.P95:0.00}  p99 {latency.P99:0.00}  max {latency.Max:0.0} ms"
        );

    private static string Short(double? value) =>
        value switch
        {
            null => "-",
            >= 100 => Count(value.Value),
            _ => value.Value.ToString("0.00", CultureInfo.InvariantCulture),
        };

    private static string Cpu(Usage? usage, double seconds) =>
        usage is { } used
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{used.CpuSeconds:0.0} CPU s ({used.CpuSeconds / seconds:P0} of a core), {used.ResidentMb:0} MB"
            )
            : "not seen (give its process id)";

    private static string Load(FanoutPlan plan) =>
        plan.Rate is { } rate ? $"{Count(rate)} messages / s" : $"{plan.Outstanding} outstanding";

    private static string Checks(FanoutResult result, bool ordered)
    {
        if (!ordered)
            result = result with { OrderViolations = 0 };
        if (result.IsClean)
            return $"[green]nothing lost, nothing twice{(ordered ? ", one order" : "")}[/]";
        return $"[red]lost {result.Lost}, twice {result.Duplicates}, members with another order {result.OrderViolations}, "
            + $"refused {result.Refused}, unacknowledged {result.Unacknowledged}, sockets closed {result.ClosedSockets}[/]";
    }
}
