namespace Chatalot.Shared.Endpoints;

/// <summary>
/// A page of a list by its number: 1 to 10000, of 1 to 100 rows; other values are brought into the range.
/// </summary>
/// <param name="Page">Number, from 1.</param>
/// <param name="PerPage">Rows.</param>
public readonly record struct NumberedPage(int Page, int PerPage)
{
    private const int LastPage = 10_000;
    private const int MostRows = 100;
    private const int RowsByDefault = 50;

    /// <summary>Rows before the page.</summary>
    public int Offset => (Page - 1) * PerPage;

    /// <summary>The page that is asked for; null takes the first and 50 rows.</summary>
    public static NumberedPage Of(int? page, int? perPage) =>
        new(Math.Clamp(page ?? 1, 1, LastPage), Math.Clamp(perPage ?? RowsByDefault, 1, MostRows));
}
