namespace Chatalot.Shared.Storage;

/// <summary>Keys are paths that cannot leave their root, whatever they were made from.</summary>
public static class BlobKey
{
    private const int MaxLength = 200;

    /// <summary>The key.</summary>
    /// <exception cref="ArgumentException">
    /// It is not a relative path of letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.
    /// </exception>
    public static string Check(string key) =>
        IsValid(key) ? key : throw new ArgumentException("not a key of the file store", nameof(key));

    /// <summary>Whether each segment is a plain name; names that begin with a dot are the store's own.</summary>
    public static bool IsValid(string key)
    {
        if (key.Length is 0 or > MaxLength)
            return false;
        foreach (var range in key.AsSpan().Split('/'))
        {
            var segment = key.AsSpan(range);
            if (segment.IsEmpty || segment[0] == '.')
                return false;
            foreach (var letter in segment)
                if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('.' or '_' or '-'))
                    return false;
        }
        return true;
    }
}
