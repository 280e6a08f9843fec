using System.Globalization;
using Chatalot.Shared.Errors;

namespace Chatalot.Features.Auth;

/// <summary>What a failure was an attempt at; each is counted apart.</summary>
internal sealed class Attempt
{
    /// <summary>Passwords and second factors, wherever they are asked for to prove who somebody is.</summary>
    public static readonly Attempt Login = new("login", "account temporarily locked, try again in {0} seconds");

    /// <summary>The current password, asked of who is logged in already.</summary>
    public static readonly Attempt Password = new("password", "account temporarily locked, try again in {0} seconds");

    /// <summary>Recovery codes.</summary>
    public static readonly Attempt Recovery = new("recover", "too many attempts \u2014 try again in {0} seconds");

    private readonly string refusal;

    private Attempt(string name, string refusal)
    {
        Name = name;
        this.refusal = refusal;
    }

    /// <summary>As stored.</summary>
    public string Name { get; }

    /// <summary>What is answered while attempts are locked.</summary>
    public Failure Locked(TimeSpan remaining) =>
        Failure.Validation(
            string.Format(CultureInfo.InvariantCulture, refusal, (long)Math.Ceiling(remaining.TotalSeconds))
        );
}
