using System.Diagnostics;

namespace Chatalot.Integration.Tests.Guide;

/// <summary>What a script wrote and how it ended.</summary>
internal sealed record ShellResult(int ExitCode, string Output);

/// <summary>
/// Runs shell lines as they stand in the documentation. Programs that reach beyond this test (a container engine, mail,
/// the journal, the address of a server on its usual port) are small scripts in a folder that comes first in PATH.
/// </summary>
internal sealed class Shell : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("chatalot-shell-").FullName;

    /// <summary>Where the programs are; they may leave files there.</summary>
    public string Folder => folder;

    /// <summary>Puts a program in front of the real one of the same name.</summary>
    public void Add(string name, string script)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, "#!/usr/bin/env bash\n" + script.ReplaceLineEndings("\n") + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>curl that finds this server under the address that the documentation uses.</summary>
    public void AddCurl(Uri server, Uri? metrics = null) =>
        Add(
            "curl",
            $$"""
            args=()
            for arg in "$@"; do
              arg="${arg//http:\/\/localhost:8080/http:\/\/{{server.Authority}}}"
              arg="${arg//http:\/\/localhost:9464/http:\/\/{{metrics?.Authority}}}"
              [[ "$arg" == https://hc-ping.com/* ]] && { echo pinged; exit 0; }
              args+=("$arg")
            done
            exec {{Real("curl")}} "${args[@]}"
            """
        );

    /// <summary>Runs a script with bash.</summary>
    public async Task<ShellResult> RunAsync(string script, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo("bash", ["-c", script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["PATH"] = $"{folder}:{start.Environment["PATH"]}";
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return new ShellResult(process.ExitCode, await output + await errors);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Full path of an installed program.</summary>
    public static string Real(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Select(part => Path.Combine(part, program))
            .FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"{program} is not installed");
}
