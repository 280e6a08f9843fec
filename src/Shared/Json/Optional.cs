using System.Diagnostics.CodeAnalysis;

namespace Chatalot.Shared.Json;

/// <summary>
/// A member of a PATCH body: absent (leave it), null (clear it) or a value (set it). <c>default</c> is absent, so
/// <c>Optional&lt;string&gt; Topic</c> needs no further mark in a request record. Written, an absent member must be
/// left out by <c>[JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]</c>.
/// </summary>
/// <typeparam name="T">The type of the value itself, not nullable.</typeparam>
public readonly record struct Optional<T>
    where T : notnull
{
    private readonly T? value;

    /// <summary>Present with a value, or with null.</summary>
    public Optional(T? value)
    {
        this.value = value;
        IsPresent = true;
        HasValue = value is not null;
    }

    private Optional(bool isPresent) => IsPresent = isPresent;

    /// <summary>Present as null.</summary>
    internal static Optional<T> Null { get; } = new(isPresent: true);

    /// <summary>The client sent the member, be it null.</summary>
    public bool IsPresent { get; }

    /// <summary>The client sent a value.</summary>
    public bool HasValue { get; }

    /// <summary>The client sent null.</summary>
    public bool IsNull => IsPresent && !HasValue;

    /// <summary>The value, or the type's default where there is none.</summary>
    public T? Value => value;

    /// <summary>True and the value, if the client sent one.</summary>
    public bool TryGet([NotNullWhen(true)] out T? sent)
    {
        sent = value;
        return HasValue;
    }
}

/// <summary>Applies a sent member to what is stored.</summary>
public static class OptionalExtensions
{
    /// <summary>
    /// What is stored after the change: the sent value, null if that was sent, else <paramref name="current"/>.
    /// </summary>
    public static T? Or<T>(this Optional<T> sent, T? current)
        where T : class => sent.IsPresent ? sent.Value : current;

    /// <inheritdoc cref="Or{T}(Optional{T}, T)"/>
    public static T? Or<T>(this Optional<T> sent, T? current)
        where T : struct =>
        sent.HasValue ? sent.Value
        : sent.IsNull ? null
        : current;
}
