using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Chatalot.Shared.Json;

namespace Chatalot.Shared.Documents;

/// <summary>What the document store knows of documents: their tables and their JSON.</summary>
public sealed class StoreOptions
{
    private readonly List<IJsonTypeInfoResolver> contexts = [];

    /// <summary>The document types.</summary>
    public MartenRegistry Schema { get; } = new();

    /// <summary>
    /// Adds a source-generated context in which documents are found; each document type must be in one. Documents are
    /// written as <see cref="JsonDefaults"/> says, whatever options the context was made with. A member that is added
    /// to a document later needs a default value, or older documents can no longer be read.
    /// </summary>
    public void UseContext(JsonSerializerContext context) => contexts.Add(context);

    internal JsonSerializerOptions JsonOptions()
    {
        // With no context at all the serializer would fall back to reflection; this resolver knows nothing.
        var options = JsonDefaults.CreateOptions([JsonTypeInfoResolver.Combine(), .. contexts]);
        // JSONB orders members by length, so a type discriminator is not first when it comes back.
        options.AllowOutOfOrderMetadataProperties = true;
        options.MakeReadOnly();
        return options;
    }
}
