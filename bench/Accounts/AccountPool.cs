namespace Chatalot.Bench.Accounts;

/// <summary>
/// Hands out users with fresh access tokens: from the cache if the server still knows them, else logged in or
/// registered anew, two at a time.
/// </summary>
internal sealed class AccountPool(ChatalotApi api, string cachePath, TimeProvider clock) : IDisposable
{
    private const int ParallelRegistrations = 2;
    private const int SaveEvery = 50;
    private static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(8);

    private readonly AccountCache _cache = AccountCache.Load(cachePath);
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private bool _checked;

    public string Password => _cache.Password;

    /// <summary>Called with how many of how many accounts are ready.</summary>
    public Action<int, int>? Progress { get; set; }

    /// <exception cref="HttpRequestException">The server refused to register; the message holds its answer.</exception>
    public async Task<IReadOnlyList<Account>> TakeAsync(int count, CancellationToken ct)
    {
        await _oneAtATime.WaitAsync(ct);
        try
        {
            await DistrustTokensOfAnotherDatabaseAsync(ct);
            while (_cache.Accounts.Count < count)
                _cache.Accounts.Add(new Account { Username = $"{_cache.Prefix}-{_cache.Accounts.Count + 1}" });
            var wanted = _cache.Accounts[..count];
            await FreshenAllAsync(wanted, ct);
            return wanted;
        }
        finally
        {
            Save();
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task FreshenAllAsync(List<Account> accounts, CancellationToken ct)
    {
        var ready = 0;
        await Parallel.ForEachAsync(
            accounts,
            new ParallelOptions { MaxDegreeOfParallelism = ParallelRegistrations, CancellationToken = ct },
            async (account, token) =>
            {
                await FreshenAsync(account, token);
                var done = Interlocked.Increment(ref ready);
                Progress?.Invoke(done, accounts.Count);
                if (done % SaveEvery == 0)
                    Save();
            }
        );
    }

    private async Task DistrustTokensOfAnotherDatabaseAsync(CancellationToken ct)
    {
        if (_checked || _cache.Accounts.Count == 0)
            return;
        _checked = true;
        if (await api.IsAcceptedAsync(_cache.Accounts[0].AccessToken, ct))
            return;
        foreach (var account in _cache.Accounts)
            account.ObtainedAt = default;
    }

    private async Task FreshenAsync(Account account, CancellationToken ct)
    {
        if (clock.GetUtcNow() - account.ObtainedAt < FreshFor)
            return;
        var tokens =
            (account.RefreshToken.Length > 0 ? await api.RefreshAsync(account.RefreshToken, ct) : null)
            ?? await api.RegisterAsync(account.Username, Password, ct)
            ?? await api.LoginAsync(account.Username, Password, ct)
            ?? throw new HttpRequestException($"the server neither registers nor knows {account.Username}");
        account.Take(tokens, clock.GetUtcNow());
    }

    private void Save()
    {
        lock (_cache)
            _cache.Save(cachePath);
    }
}
