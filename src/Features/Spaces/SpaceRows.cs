using Npgsql;

namespace Chatalot.Features.Spaces;

/// <summary>Columns of spaces, as rows have them.</summary>
internal static class SpaceRows
{
    /// <summary>A role that a left join may leave out.</summary>
    public static SpaceRole? GetRole(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : (SpaceRole)reader.GetInt16(column);
}
