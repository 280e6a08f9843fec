using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Chatalot.Shared.Documents;

/// <summary>What the document store knows of documents: their tables and their JSON.</summary>
public sealed class StoreOptions
{
    private readonly List<IJsonTypeInfoResolver> contexts = [];

    /// <summary>The document types.</summary>
    public MartenRegistry Schema { get; } = new();

    /// <summary>Adds a source-generated context in which documents are found. Each document type must be in one.</summary>
    public void UseContext(JsonSerializerContext context) => contexts.Add(context);

    internal JsonSerializerOptions JsonOptions()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            TypeInfoResolver = JsonTypeInfoResolver.Combine([.. contexts]),
            // JSONB orders members by length, so a type discriminator is not first when it comes back.
            AllowOutOfOrderMetadataProperties = true,
        };
        options.MakeReadOnly();
        return options;
    }
}
