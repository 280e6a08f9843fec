namespace Chatalot.Features.Files;

/// <summary>A page of an operator's list: numbered from 1, at most 100 rows (contract, admin.md).</summary>
internal readonly record struct AdminPage(int Number, int Size)
{
    private const int LastNumber = 10_000;
    private const int DefaultSize = 50;
    private const int LargestSize = 100;

    public int Offset => (Number - 1) * Size;

    public static AdminPage Of(int? page, int? perPage) =>
        new(Math.Clamp(page ?? 1, 1, LastNumber), Math.Clamp(perPage ?? DefaultSize, 1, LargestSize));
}
