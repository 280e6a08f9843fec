using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Chatalot.Features.Voice.Sfu;

/// <summary>
/// What this server asks of the VideoRoom plugin. A room's secret is derived from its name under the admin key, so that
/// any process with the same configuration can clean up after one that died.
/// </summary>
internal sealed class VideoRooms(JanusConnection janus, long handle, SfuOptions options, int mostPublishers)
{
    /// <summary>
    /// How this server calls itself in each room: it is there to hear who comes and goes, and sends nothing.
    /// </summary>
    public const string Observer = "chatalot";

    private const string NamePrefix = "chatalot-";

    /// <summary>A name that nobody guesses.</summary>
    public static string NewName() => NamePrefix + RandomText();

    /// <summary>128 bits of chance.</summary>
    public static string RandomText() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Makes a room that only holders of a token enter, and that only the server can change.</summary>
    public Task CreateAsync(SfuRoom room, CancellationToken ct) =>
        AskAsync(
            "create",
            room.Name,
            new JsonObject
            {
                ["admin_key"] = options.AdminKey,
                ["pin"] = room.Pin,
                ["allowed"] = Texts([room.ObserverToken]),
                ["permanent"] = false,
                ["is_private"] = true,
                ["publishers"] = mostPublishers,
                // Who wants to receive must have joined, and stops receiving when put out.
                ["require_pvtid"] = true,
                ["notify_joining"] = true,
                ["record"] = false,
                ["lock_record"] = true,
                ["opus_dtx"] = true,
            },
            ct
        );

    /// <summary>Ends the room for everybody in it.</summary>
    public Task DestroyAsync(string room, CancellationToken ct) =>
        UnlessGoneAsync(AskAsync("destroy", room, new JsonObject { ["permanent"] = false }, ct));

    /// <summary>Lets holders of these tokens in.</summary>
    public Task AllowAsync(SfuRoom room, IEnumerable<string> tokens, CancellationToken ct) =>
        AskAsync("allowed", room.Name, new JsonObject { ["action"] = "add", ["allowed"] = Texts(tokens) }, ct);

    /// <summary>Lets holders of these tokens in no more.</summary>
    public Task ForbidAsync(SfuRoom room, IEnumerable<string> tokens, CancellationToken ct) =>
        AskAsync("allowed", room.Name, new JsonObject { ["action"] = "remove", ["allowed"] = Texts(tokens) }, ct);

    /// <summary>Puts a feed out of the room, if it is in it, with all that it receives.</summary>
    public Task KickAsync(string room, string feed, CancellationToken ct) =>
        UnlessGoneAsync(AskAsync("kick", room, new JsonObject { ["id"] = feed }, ct));

    /// <summary>Joins the room to hear of it.</summary>
    public Task ObserveAsync(SfuRoom room, long observer, CancellationToken ct) =>
        janus.AskAsync(
            observer,
            new JsonObject
            {
                ["request"] = "join",
                ["ptype"] = "publisher",
                ["room"] = room.Name,
                ["id"] = Observer,
                ["pin"] = room.Pin,
                ["token"] = room.ObserverToken,
            },
            ct
        );

    /// <summary>The feeds in the room, the observer among them.</summary>
    public async Task<IReadOnlyList<string>> FeedsAsync(string room, CancellationToken ct) =>
        [
            .. (await AskAsync("listparticipants", room, [], ct))
                .GetProperty("participants")
                .EnumerateArray()
                .Select(participant => participant.GetProperty("id").GetString()!),
        ];

    /// <summary>All rooms that this or another process of this server made.</summary>
    public async Task<IReadOnlyList<string>> OwnRoomsAsync(CancellationToken ct) =>
        [
            .. (
                await janus.AskAsync(
                    handle,
                    new JsonObject { ["request"] = "list", ["admin_key"] = options.AdminKey },
                    ct
                )
            )
                .GetProperty("list")
                .EnumerateArray()
                .Select(room => room.GetProperty("room").ToString())
                .Where(name => name.StartsWith(NamePrefix, StringComparison.Ordinal)),
        ];

    private Task<JsonElement> AskAsync(string request, string room, JsonObject members, CancellationToken ct)
    {
        members["request"] = request;
        members["room"] = room;
        members["secret"] = SecretOf(room);
        return janus.AskAsync(handle, members, ct);
    }

    private string SecretOf(string room) =>
        Convert.ToHexStringLower(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.AdminKey), Encoding.UTF8.GetBytes(room))
        );

    private static async Task UnlessGoneAsync(Task request)
    {
        try
        {
            await request;
        }
        catch (JanusRefusalException gone)
            when (gone.Code is JanusRefusalException.NoSuchRoom or JanusRefusalException.NoSuchFeed)
        {
            // As wanted.
        }
    }

    private static JsonArray Texts(IEnumerable<string> texts) =>
        [.. texts.Select(text => (JsonNode?)JsonValue.Create(text))];
}
