using System.Collections;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Chatalot.Host.Configuration;

namespace Chatalot.Host.Commands;

/// <summary>What all commands understand, and the configuration that follows from it.</summary>
internal static class CommandOptions
{
    public static readonly Option<string> Data = new("--data")
    {
        Description = "Folder for everything that the server creates by itself; wins over DATA_PATH.",
        HelpName = "DIR",
        Recursive = true,
    };
    public static readonly Option<ushort?> Port = new("--port")
    {
        Description = "Port to listen on; wins over the one in LISTEN_ADDR.",
        HelpName = "N",
        Recursive = true,
        CustomParser = ReadPort,
    };

    /// <summary>The configuration, or all that is wrong with it.</summary>
    public static BoundSettings Bind(ParseResult arguments) => SettingsBinder.Bind(Variables(), Options(arguments));

    /// <summary>Where the server listens, as far as the environment makes sense.</summary>
    public static IPEndPoint ListenAddress(ParseResult arguments)
    {
        var name = SettingCatalogue.ListenAddress.Name;
        var text = Options(arguments).GetValueOrDefault(name) ?? Variables().GetValueOrDefault(name);
        var configured = SettingParsers.ListenAddress(text ?? "");
        return configured.IsRight ? configured.Value! : new IPEndPoint(IPAddress.Any, 8080);
    }

    /// <summary>The parser's own message would name a type of the framework.</summary>
    private static ushort? ReadPort(ArgumentResult argument)
    {
        if (ushort.TryParse(argument.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return port;
        argument.AddError("--port must be a number from 0 to 65535.");
        return null;
    }

    private static Dictionary<string, string> Options(ParseResult arguments)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        if (arguments.GetValue(Data) is { Length: > 0 } data)
            options[SettingCatalogue.DataPath.Name] = data;
        if (arguments.GetValue(Port) is { } port)
        {
            var address = Variables().GetValueOrDefault(SettingCatalogue.ListenAddress.Name);
            var configured = SettingParsers.ListenAddress(address ?? "");
            var host = configured.IsRight ? configured.Value!.Address : IPAddress.Any;
            options[SettingCatalogue.ListenAddress.Name] = new IPEndPoint(host, port).ToString();
        }
        return options;
    }

    private static Dictionary<string, string> Variables() =>
        Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(
                entry => (string)entry.Key,
                entry => Convert.ToString(entry.Value, CultureInfo.InvariantCulture) ?? "",
                StringComparer.Ordinal
            );
}
