using System.Diagnostics;
using Chatalot.Shared.Errors;
using Chatalot.Shared.Security;

namespace Chatalot.Features.Tests.Security;

public sealed class PasswordHasherTests
{
    private static readonly PasswordHashing Small = new() { MemoryKiB = 1024, Passes = 1 };

    [Fact]
    public async Task A_hash_is_checked_and_its_parameters_are_those_of_the_contract()
    {
        using var hasher = new PasswordHasher(new PasswordHashing());

        var stored = await hasher.HashAsync("Blue-Kettle-42", default);

        stored.ShouldStartWith("$argon2id$v=19$m=65536,t=3,p=");
        (await hasher.VerifyAsync("Blue-Kettle-42", stored, default)).ShouldBe(new PasswordCheck(true, false));
        (await hasher.VerifyAsync("Blue-Kettle-43", stored, default)).ShouldBe(default);
    }

    /// <summary>Made by OpenSSL's Argon2id with four lanes, as existing installations store them.</summary>
    [Fact]
    public async Task A_hash_with_four_lanes_made_elsewhere_is_accepted_and_needs_no_rehash()
    {
        const string stored =
            "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$gduXp+Z6iReEolmbyHn5V8s1EtJzmEvZfYoY/Fn/AeI";
        using var hasher = new PasswordHasher(new PasswordHashing());

        (await hasher.VerifyAsync("password", stored, default)).ShouldBe(new PasswordCheck(true, false));
        (await hasher.VerifyAsync("Password", stored, default)).ShouldBe(default);
    }

    [Fact]
    public async Task A_hash_with_other_parameters_asks_for_a_new_one()
    {
        using var past = new PasswordHasher(Small);
        using var today = new PasswordHasher(Small with { Passes = 2 });

        var stored = await past.HashAsync("Blue-Kettle-42", default);

        (await today.VerifyAsync("Blue-Kettle-42", stored, default)).ShouldBe(new PasswordCheck(true, true));
        (await today.VerifyAsync("wrong", stored, default)).ShouldBe(default);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not a hash")]
    [InlineData("$argon2id$v=19$m=65536,t=3,p=1$\0$")]
    public async Task Nothing_is_correct_for_an_unknown_user_or_a_broken_hash(string? stored)
    {
        using var hasher = new PasswordHasher(Small);

        (await hasher.VerifyAsync("nobody has this password", stored, default)).ShouldBe(default);
    }

    [Fact]
    public async Task A_password_beyond_the_limit_is_wrong_without_being_hashed()
    {
        using var hasher = new PasswordHasher(Small);

        (await hasher.VerifyAsync(new string('a', PasswordHasher.MaxPasswordBytes + 1), null, default)).ShouldBe(
            default
        );
        Should.Throw<ArgumentException>(() =>
            hasher.HashAsync(new string('a', PasswordHasher.MaxPasswordBytes + 1), default)
        );
    }

    [Fact]
    public async Task Beyond_the_queue_a_hash_is_refused_and_those_before_it_are_answered()
    {
        using var hasher = new PasswordHasher(Small with { Parallel = 1, QueueLength = 2, MemoryKiB = 65536 });
        var accepted = new List<Task<PasswordCheck>>();
        Failure? refused = null;

        while (refused is null && accepted.Count < 100)
        {
            try
            {
                accepted.Add(hasher.VerifyAsync("x", null, default));
            }
            catch (FailureException full)
            {
                refused = full.Failure;
            }
        }

        refused.ShouldBe(Failure.Busy);
        (await Task.WhenAll(accepted)).ShouldAllBe(check => !check.IsCorrect);
    }

    [Fact]
    public async Task A_hash_whose_caller_has_left_is_not_computed()
    {
        using var hasher = new PasswordHasher(Small);

        await Should.ThrowAsync<TaskCanceledException>(() => hasher.HashAsync("x", new CancellationToken(true)));
    }

    [Fact]
    public async Task In_a_process_beside_the_server_the_answers_are_the_same()
    {
        using var hasher = new PasswordHasher(Small with { Program = ServerProgram });

        var stored = await hasher.HashAsync("Blue-Kettle-42", default);

        stored.ShouldStartWith("$argon2id$v=19$m=1024,t=1,p=");
        (await hasher.VerifyAsync("Blue-Kettle-42", stored, default)).ShouldBe(new PasswordCheck(true, false));
        (await hasher.VerifyAsync("Blue-Kettle-43", stored, default)).ShouldBe(default);
        (await hasher.VerifyAsync("Blue-Kettle-42", null, default)).ShouldBe(default);
        (await hasher.VerifyAsync("Blue-Kettle-42", "", default)).ShouldBe(default);
        (await hasher.VerifyAsync("Blue-Kettle-42", "not a hash", default)).ShouldBe(default);
        HashingProcesses().ShouldHaveSingleItem().Kill();
        (await hasher.VerifyAsync("Blue-Kettle-42", stored, default)).IsCorrect.ShouldBeTrue("its process was killed");
        (await hasher.VerifyAsync("Blue-Kettle-42", stored, default)).IsCorrect.ShouldBeTrue();
        hasher.Dispose();
        SpinWait.SpinUntil(() => HashingProcesses().Length == 0, TimeSpan.FromSeconds(10)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("/nowhere/chatalot-server")]
    [InlineData("/bin/false")]
    [InlineData("/bin/true")]
    public async Task When_no_process_is_to_be_had_the_hash_is_made_here(string program)
    {
        using var hasher = new PasswordHasher(Small with { Program = program });

        var stored = await hasher.HashAsync("Blue-Kettle-42", default);

        (await hasher.VerifyAsync("Blue-Kettle-42", stored, default)).IsCorrect.ShouldBeTrue();
    }

    private static string ServerProgram => Path.Combine(AppContext.BaseDirectory, "chatalot-server");

    private static Process[] HashingProcesses() =>
        [.. Process.GetProcessesByName(HashingProcess.Name).Where(process => IsHashing(process.Id))];

    private static bool IsHashing(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline") == $"{ServerProgram}\0hash-passwords\0";
        }
        catch (IOException)
        {
            return false; // Gone meanwhile.
        }
    }
}
