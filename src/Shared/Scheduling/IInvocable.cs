namespace Chatalot.Shared.Scheduling;

/// <summary>
/// A job: one run of it is one call. Made for each run in a scope of its own, so it may take scoped services. Coravel's
/// words (docs/decisions).
/// </summary>
public interface IInvocable
{
    /// <summary>Does the work. An exception is logged; the job runs again at its next tick.</summary>
    Task Invoke();
}

/// <summary>A job that can be asked to stop.</summary>
public interface ICancellableInvocable
{
    /// <summary>Set before the run; cancelled when the server stops.</summary>
    CancellationToken CancellationToken { get; set; }
}
