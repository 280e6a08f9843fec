namespace Chatalot.Features.Spaces;

/// <summary>A page of a list as the query asks for it: 1 to 500 rows from an offset.</summary>
internal readonly record struct Page(int Limit, int Offset)
{
    private const int Largest = 500;

    public static Page Of(int? limit, int? offset, int limitByDefault) =>
        new(Math.Clamp(limit ?? limitByDefault, 1, Largest), Math.Max(offset ?? 0, 0));
}
