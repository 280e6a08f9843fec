namespace Chatalot.Shared.Scheduling;

/// <summary>
/// What the log says when a run of the job fails, up to the colon before the reason. Operators search for these words;
/// a job without this attribute is named by its type.
/// </summary>
/// <param name="words">For example <c>Failed to clean used prekeys</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class FailsAsAttribute(string words) : Attribute
{
    /// <summary>The words.</summary>
    public string Words => words;
}
