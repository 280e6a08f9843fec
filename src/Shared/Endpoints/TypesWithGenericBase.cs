using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Chatalot.Shared.Endpoints;

/// <summary>
/// The types of an assembly that derive from a generic class, found in its metadata. <see cref="Assembly.GetTypes"/>
/// would load every type, ten times as many, and keep them: almost 20 MB for a server that has nothing to do.
/// </summary>
internal static class TypesWithGenericBase
{
    public static IEnumerable<Type> In(Assembly assembly)
    {
        var tokens = TokensIn(assembly);
        return tokens.Select(token => assembly.ManifestModule.ResolveType(token)).Where(type => !type.IsAbstract);
    }

    private static unsafe List<int> TokensIn(Assembly assembly)
    {
        if (!assembly.TryGetRawMetadata(out var blob, out var length))
            throw new NotSupportedException($"{assembly.GetName().Name} has no metadata to look into");
        var metadata = new MetadataReader(blob, length);
        var tokens = metadata
            .TypeDefinitions.Where(type => HasGenericBase(metadata, type))
            .Select(type => MetadataTokens.GetToken(type))
            .ToList();
        GC.KeepAlive(assembly);
        return tokens;
    }

    private static bool HasGenericBase(MetadataReader metadata, TypeDefinitionHandle type)
    {
        var ancestor = metadata.GetTypeDefinition(type).BaseType;
        return ancestor.Kind switch
        {
            HandleKind.TypeSpecification => true,
            HandleKind.TypeDefinition when !ancestor.IsNil => HasGenericBase(metadata, (TypeDefinitionHandle)ancestor),
            _ => false,
        };
    }
}
