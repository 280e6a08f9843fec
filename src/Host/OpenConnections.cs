using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Chatalot.Host;

/// <summary>
/// The connections that are open, and since when the server waits for bytes from them: at the stop that tells a request
/// that makes progress from one that was begun and never goes on (contract, operations.md 8.5). Sockets have time
/// limits of their own and are left alone.
/// </summary>
internal sealed class OpenConnections
{
    private readonly ConcurrentDictionary<ConnectionContext, AwaitedInput> open = new();

    /// <summary>Serves a connection, and knows it for so long.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var input = new AwaitedInput(connection.Transport);
        connection.Transport = input;
        connection.Features.Set(input);
        open[connection] = input;
        try
        {
            await next(connection);
        }
        finally
        {
            open.TryRemove(connection, out _);
        }
    }

    /// <summary>Cuts the connections that owe bytes for this long.</summary>
    public void AbortSilent(TimeSpan longest)
    {
        foreach (var (connection, input) in open)
            if (input.Silence >= longest)
                connection.Abort(new ConnectionAbortedException("The request did not go on while the server stops."));
    }
}

/// <summary>Reads what the client sends, and remembers since when it sends nothing although it should.</summary>
internal sealed class AwaitedInput(IDuplexPipe transport) : PipeReader, IDuplexPipe
{
    private const long Never = -1;

    private readonly PipeReader input = transport.Input;
    private long awaitedSince = Never;
    private volatile bool isSocket;

    public PipeReader Input => this;

    public PipeWriter Output => transport.Output;

    /// <summary>Zero while something else is waited for, such as the answer.</summary>
    public TimeSpan Silence =>
        Volatile.Read(ref awaitedSince) is var since and not Never
            ? TimeSpan.FromMilliseconds(Environment.TickCount64 - since)
            : TimeSpan.Zero;

    /// <summary>From the upgrade on silence means nothing, and an idle socket keeps no state of a wait here.</summary>
    public void BecomesSocket() => isSocket = true;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var read = input.ReadAsync(cancellationToken);
        return read.IsCompleted || isSocket ? read : AwaitAsync(read);
    }

    public override bool TryRead(out ReadResult result) => input.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => input.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) =>
        input.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => input.CancelPendingRead();

    public override void Complete(Exception? exception = null) => input.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => input.CompleteAsync(exception);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> AwaitAsync(ValueTask<ReadResult> read)
    {
        Volatile.Write(ref awaitedSince, Environment.TickCount64);
        try
        {
            return await read;
        }
        finally
        {
            Volatile.Write(ref awaitedSince, Never);
        }
    }
}

/// <summary>Tells <see cref="AwaitedInput"/> when a request becomes a socket.</summary>
internal sealed class NotedUpgrade(IHttpUpgradeFeature framework, AwaitedInput input) : IHttpUpgradeFeature
{
    public bool IsUpgradableRequest => framework.IsUpgradableRequest;

    public async Task<Stream> UpgradeAsync()
    {
        var stream = await framework.UpgradeAsync();
        input.BecomesSocket();
        return stream;
    }
}

/// <summary>Words for the composition of the server.</summary>
internal static class OpenConnectionsRegistration
{
    /// <summary>Lets upgrades of requests be noted. Before whoever accepts sockets.</summary>
    public static void UseNotedUpgrades(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                var features = context.Features;
                if (
                    features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } framework
                    && features.Get<AwaitedInput>() is { } input
                )
                    features.Set<IHttpUpgradeFeature>(new NotedUpgrade(framework, input));
                return next(context);
            }
        );
}
