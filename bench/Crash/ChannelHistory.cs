using Chatalot.Bench.Accounts;
using Chatalot.Bench.Wire;

namespace Chatalot.Bench.Crash;

/// <summary>
/// A message of the history: where it stands says its position, the stamp who sent it as his how-many-eth.
/// </summary>
internal readonly record struct HistoryEntry(Guid Id, int Sender, uint Sequence);

/// <summary>The stored messages of one channel, oldest first, as the server gives them over HTTP.</summary>
internal static class ChannelHistory
{
    private const int PageSize = 100;

    /// <summary>Everything, or only what is newer than <paramref name="after"/>.</summary>
    public static async Task<List<HistoryEntry>> ReadAsync(
        ChatalotApi api,
        string accessToken,
        Guid channel,
        Guid? after,
        CancellationToken ct
    )
    {
        var newestFirst = new List<HistoryEntry>();
        Guid? before = null;
        while (true)
        {
            var page = await api.HistoryAsync(accessToken, channel, before, PageSize, ct);
            foreach (var message in page)
            {
                if (message.Id == after)
                {
                    newestFirst.Reverse();
                    return newestFirst;
                }
                var stamp = MessageStamp.FromText(message.Text);
                newestFirst.Add(new HistoryEntry(message.Id, stamp.Sender, stamp.Sequence));
            }
            if (page.Count < PageSize)
            {
                newestFirst.Reverse();
                return newestFirst;
            }
            before = page[^1].Id;
        }
    }
}
