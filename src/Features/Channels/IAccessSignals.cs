namespace Chatalot.Features.Channels;

/// <summary>Carries changes of access to the other processes on the same database.</summary>
internal interface IAccessSignals
{
    /// <summary>
    /// Calls <paramref name="onSignal"/> for each signal, <paramref name="onMissed"/> when some may be lost.
    /// </summary>
    void Listen(Action<string> onSignal, Action onMissed);

    /// <summary>
    /// Tells every process, this one included. A failure is logged, not thrown: the change is committed.
    /// </summary>
    Task SendAsync(string signal);
}
