using System.Net;

namespace Chatalot.Features.Gateway;

/// <summary>Sockets that have not said yet who they are, by address: so many of one address and no more.</summary>
internal sealed class Lobby(int mostOfOneAddress)
{
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, int> waiting = [];

    /// <summary>False when too many of this address wait already. Give back with <see cref="Leave"/>.</summary>
    public bool TryEnter(IPAddress address)
    {
        lock (gate)
        {
            var count = waiting.GetValueOrDefault(address);
            if (count >= mostOfOneAddress)
                return false;
            waiting[address] = count + 1;
            return true;
        }
    }

    /// <summary>One of them said who it is, or left.</summary>
    public void Leave(IPAddress address)
    {
        lock (gate)
        {
            if (waiting[address] == 1)
                waiting.Remove(address);
            else
                waiting[address]--;
        }
    }
}
