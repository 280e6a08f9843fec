using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Threads;

namespace Chatalot.Shared.Security;

/// <summary>How passwords are hashed and how many may wait.</summary>
public sealed record PasswordHashing
{
    /// <summary>Argon2id passes over the memory.</summary>
    public int Passes { get; init; } = 3;

    /// <summary>Argon2id memory of one hash in KiB.</summary>
    public int MemoryKiB { get; init; } = 65536;

    /// <summary>
    /// Hashes at the same time; each takes <see cref="MemoryKiB"/> and one processor. One processor is left to
    /// everybody else: with all of them hashing, the slowest messages take ten times as long, whatever the priority.
    /// </summary>
    public int Parallel { get; init; } = Math.Clamp(Environment.ProcessorCount - 1, 1, 2);

    /// <summary>Hashes that may wait for their turn; the next one is refused.</summary>
    public int QueueLength { get; init; } = 64;

    /// <summary>
    /// The server's own program, which then hashes in processes of its own, so that nobody here waits for their memory;
    /// null: in this process.
    /// </summary>
    public string? Program { get; init; }
}

/// <summary>What a password check found.</summary>
/// <param name="IsCorrect">The password belongs to the hash.</param>
/// <param name="NeedsRehash">It is correct, but the hash was made with other passes or memory than today's.</param>
public readonly record struct PasswordCheck(bool IsCorrect, bool NeedsRehash);

/// <summary>
/// Argon2id over few threads of its own, so that a flood of logins can neither starve the threads that carry messages
/// nor fill the memory.
/// </summary>
public sealed class PasswordHasher : IDisposable
{
    /// <summary>
    /// Longest password in UTF-8 bytes that is hashed: 128 characters of four bytes. Longer ones are never correct.
    /// </summary>
    public const int MaxPasswordBytes = 512;

    /// <summary>Without a hash to make, so long a process stays at hand.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    private readonly PasswordHashing settings;
    private readonly BlockingCollection<Action<HashingProcess>> queue;

    /// <summary>What unknown users are checked against, so that they cost the same time as known ones.</summary>
    private readonly string unknownUser;

    /// <summary>Starts the hashing threads.</summary>
    public PasswordHasher(PasswordHashing settings)
    {
        this.settings = settings;
        queue = new(settings.QueueLength);
        unknownUser = HashOfNothing(settings);
        for (var i = 1; i <= settings.Parallel; i++)
            new Thread(Work) { IsBackground = true, Name = $"password-hash-{i}" }.Start();
    }

    /// <summary>Hashes that wait for their turn.</summary>
    public int Waiting => queue.Count;

    /// <summary>A new PHC string for the password.</summary>
    /// <exception cref="FailureException">Too many hashes wait already.</exception>
    /// <exception cref="ArgumentException">The password is longer than <see cref="MaxPasswordBytes"/>.</exception>
    public Task<string> HashAsync(string password, CancellationToken ct)
    {
        if (Encoding.UTF8.GetByteCount(password) > MaxPasswordBytes)
            throw new ArgumentException("the password is longer than any that is hashed", nameof(password));
        return EnqueueAsync(process => Hash(process, password), ct);
    }

    /// <summary>Checks a password against a stored PHC string; null stands for a user who does not exist.</summary>
    /// <exception cref="FailureException">Too many hashes wait already.</exception>
    public Task<PasswordCheck> VerifyAsync(string password, string? stored, CancellationToken ct) =>
        Encoding.UTF8.GetByteCount(password) > MaxPasswordBytes
            ? Task.FromResult(default(PasswordCheck))
            : EnqueueAsync(process => Verify(process, password, stored), ct);

    /// <summary>Runs another slow computation in the same queue.</summary>
    /// <exception cref="FailureException">Too many wait already.</exception>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken ct) => EnqueueAsync(_ => work(), ct);

    /// <summary>Lets the threads end once the queue is empty.</summary>
    public void Dispose()
    {
        queue.CompleteAdding();
    }

    /// <summary>A PHC string with today's costs that no password belongs to.</summary>
    private static string HashOfNothing(PasswordHashing settings)
    {
        var salt = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)).TrimEnd('=');
        var hash = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=');
        return $"$argon2id$v=19$m={settings.MemoryKiB},t={settings.Passes},p=1${salt}${hash}";
    }

    private Task<T> EnqueueAsync<T>(Func<HashingProcess, T> work, CancellationToken ct)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        return queue.TryAdd(Run) ? result.Task : throw Failure.Busy.AsException();

        void Run(HashingProcess process)
        {
            if (ct.IsCancellationRequested)
            {
                result.SetCanceled(ct);
                return;
            }
            try
            {
                result.SetResult(work(process));
            }
            catch (Exception fault)
            {
                // It is for whoever awaits the result, not for this thread.
                result.SetException(fault);
            }
        }
    }

    private string Hash(HashingProcess process, string password) =>
        process.HashPassword(Encoding.UTF8.GetBytes(password), settings.Passes, settings.MemoryKiB);

    private PasswordCheck Verify(HashingProcess process, string password, string? stored)
    {
        var phc = stored ?? unknownUser;
        var isCorrect = process.VerifyPassword(phc, Encoding.UTF8.GetBytes(password)) && stored is not null;
        return new(isCorrect, isCorrect && Sodium.NeedsRehash(phc, settings.Passes, settings.MemoryKiB));
    }

    private void Work()
    {
        LowPriority.YieldToOthers();
        using var process = new HashingProcess(settings.Program);
        while (!queue.IsCompleted)
            if (queue.TryTake(out var work, Rest))
                work(process);
            else
                process.Rest();
    }
}
