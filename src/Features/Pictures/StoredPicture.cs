namespace Chatalot.Features.Pictures;

/// <summary>
/// A picture that is on disk and that nothing points at yet. Disposing it deletes it again, so that a refused or failed
/// transaction leaves nothing; call <see cref="Keep"/> after the commit.
/// </summary>
public sealed class StoredPicture : IAsyncDisposable
{
    private readonly Func<Task> delete;
    private readonly IDisposable note;
    private bool isKept;

    internal StoredPicture(string name, string mediaType, Func<Task> delete, IDisposable note)
    {
        this.note = note;
        Name = name;
        MediaType = mediaType;
        this.delete = delete;
    }

    /// <summary>File name, new for each upload: 32 hexadecimal digits and the extension of its format.</summary>
    public string Name { get; }

    /// <summary>For example <c>image/webp</c>.</summary>
    public string MediaType { get; }

    /// <summary>The address to store and show: <c>{route}/{Name}?v={unix seconds}</c>.</summary>
    /// <param name="route">Where it is served, for example <c>/api/avatars</c>.</param>
    /// <param name="now">The time of the upload.</param>
    public string AddressBelow(string route, DateTimeOffset now) => $"{route}/{Name}?v={now.ToUnixTimeSeconds()}";

    /// <summary>Something committed points at the picture now.</summary>
    public void Keep() => isKept = true;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!isKept)
            await delete();
        note.Dispose();
    }
}
