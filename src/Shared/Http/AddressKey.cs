using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Chatalot.Shared.Http;

/// <summary>
/// Whom an address stands for: an IPv4 address, or the /64 network of an IPv6 address, which one household or machine
/// has to itself. IPv4 addresses written as IPv6 are the same client.
/// </summary>
internal readonly record struct AddressKey(bool IsIPv6, ulong Bits)
{
    public static AddressKey Of(IPAddress? address)
    {
        if (address is null)
            return default;
        Span<byte> bytes = stackalloc byte[16];
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6)
        {
            address.TryWriteBytes(bytes, out _);
            return new AddressKey(true, BinaryPrimitives.ReadUInt64BigEndian(bytes));
        }
        address.MapToIPv4().TryWriteBytes(bytes, out _);
        return new AddressKey(false, BinaryPrimitives.ReadUInt32BigEndian(bytes));
    }
}
