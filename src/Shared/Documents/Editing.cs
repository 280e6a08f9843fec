using Chatalot.Shared.Errors;

namespace Chatalot.Shared.Documents;

/// <summary>Changes a document that others may be changing too.</summary>
public static class Editing
{
    private const int Attempts = 5;

    /// <summary>
    /// Loads, changes and saves in one unit of work. When somebody else was faster it starts over from what they saved:
    /// a change names only the members that it sets, so both are kept.
    /// </summary>
    /// <param name="store">Where the document is.</param>
    /// <param name="id">Its id.</param>
    /// <param name="change">What is saved for what was loaded; may throw a refusal.</param>
    /// <param name="missing">Thrown when there is no such document.</param>
    /// <param name="ct">Ends the work.</param>
    /// <param name="alongside">Further statements for the same unit of work, given what is saved.</param>
    public static async Task<T> EditAsync<T>(
        this IDocumentStore store,
        Guid id,
        Func<T, T> change,
        Failure missing,
        CancellationToken ct,
        Action<IDocumentSession, T>? alongside = null
    )
        where T : class
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var documents = store.LightweightSession();
            var changed = change(await documents.LoadAsync<T>(id, ct) ?? throw missing.AsException());
            documents.Update(changed);
            alongside?.Invoke(documents, changed);
            try
            {
                await documents.SaveChangesAsync(ct);
                return changed;
            }
            catch (ConcurrencyException) when (attempt < Attempts) { }
            catch (ConcurrencyException)
            {
                throw Failure.Conflict("changed by somebody else at the same time, please try again").AsException();
            }
        }
    }
}
