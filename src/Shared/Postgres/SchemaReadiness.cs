namespace Chatalot.Shared.Postgres;

/// <summary>Whether the database has this build's schema. False until the start has brought it there.</summary>
public sealed class SchemaReadiness
{
    private volatile bool isReady;

    /// <summary>The schema is this build's.</summary>
    public bool IsReady => isReady;

    /// <summary>Says that the schema is this build's from now on.</summary>
    public void Ready() => isReady = true;
}
