using System.Runtime.CompilerServices;

namespace Chatalot.Features.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>Its root folder.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot([CallerFilePath] string here = "")
    {
        // A deterministic build maps source paths, so the assembly's own folder is asked first.
        foreach (var start in new[] { AppContext.BaseDirectory, Path.GetDirectoryName(here)! })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Chatalot.sln")))
                    return folder.FullName;
            }
        }
        throw new InvalidOperationException("The tests must run inside the checkout.");
    }
}
