namespace Chatalot.Shared.Postgres;

/// <summary>Callbacks that somebody registered and may withdraw; safe for parallel use.</summary>
/// <typeparam name="T">What is called.</typeparam>
internal sealed class Registrations<T>
    where T : class
{
    private readonly Lock gate = new();
    private List<T> entries = [];

    /// <summary>The callbacks of this moment, in the order of registration.</summary>
    public IReadOnlyList<T> Current => entries;

    /// <summary>Registers until the result is disposed.</summary>
    public IDisposable Add(T entry)
    {
        lock (gate)
            entries = [.. entries, entry];
        return new Registration(this, entry);
    }

    private void Remove(T entry)
    {
        lock (gate)
            entries = [.. entries.Where(other => !ReferenceEquals(other, entry))];
    }

    private sealed class Registration(Registrations<T> owner, T entry) : IDisposable
    {
        public void Dispose() => owner.Remove(entry);
    }
}
