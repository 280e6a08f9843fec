using System.Reflection;
using Chatalot.Host.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatalot.Features.Tests.Configuration;

public sealed class SecretSettingsTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("chatalot-settings-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Given_a_file_variable_Then_the_secret_is_its_content()
    {
        var file = Write("giphy", "the-key\n");

        Bind(("GIPHY_API_KEY_FILE", file)).Settings!.Integrations.GiphyApiKey.ShouldBe("the-key");
    }

    [Fact]
    public void Given_both_a_value_and_a_file_Then_it_is_told() =>
        Bind(("GIPHY_API_KEY", "x"), ("GIPHY_API_KEY_FILE", Write("giphy", "y")))
            .Problems.ShouldBe(["GIPHY_API_KEY and GIPHY_API_KEY_FILE are both set; set one of them"]);

    [Theory]
    [InlineData("missing", null)]
    [InlineData("empty", " \n")]
    public void Given_a_file_without_a_secret_Then_it_is_named(string name, string? content)
    {
        var path = content is null ? Path.Combine(folder.FullName, name) : Write(name, content);

        Bind(("TOTP_ENCRYPTION_KEY_FILE", path))
            .Problems.ShouldHaveSingleItem()
            .ShouldStartWith($"TOTP_ENCRYPTION_KEY_FILE holds '{path}'; it must hold the path of a readable file");
    }

    [Fact]
    public void Given_an_example_value_for_a_secret_Then_it_is_refused_and_not_shown()
    {
        var bound = Bind(("DATABASE_URL", "postgres://chatalot:change_me_now@db/chatalot"));

        bound
            .Problems.ShouldHaveSingleItem()
            .ShouldBe("DATABASE_URL holds a value that is not shown; it must hold a value of your own");
    }

    [Fact]
    public void Given_a_wrong_database_address_Then_it_is_told_what_is_wrong_without_the_password() =>
        Bind(("DATABASE_URL", "mysql://chatalot:hush-hush@db/chatalot"))
            .Problems.ShouldBe([
                "DATABASE_URL holds a value that is not shown (a URL must start with postgres:// or postgresql://); "
                    + "it must hold postgres://user:password@host:port/database or host=... dbname=...",
            ]);

    [Fact]
    public void Given_secrets_in_every_secret_setting_Then_no_output_shows_one()
    {
        var secrets = SettingCatalogue.All.Where(setting => setting.IsSecret).ToArray();
        secrets.Length.ShouldBeGreaterThan(4);

        var bound = Bind([.. secrets.Select(setting => (setting.Name, "hush-hush"))]);

        var shown = string.Join('\n', [SettingsReport.ToTable(bound), .. bound.Problems, .. bound.Warnings]);
        shown.ShouldContain("DATABASE_URL");
        shown.ShouldNotContain("hush-hush");
    }

    [Fact]
    public void Given_settings_with_secrets_Then_printing_them_shows_none()
    {
        var settings = Bind(("GIPHY_API_KEY", "hush-hush"), ("TOTP_ENCRYPTION_KEY", "hush-hush")).Settings!;

        settings.ToString().ShouldNotContain("hush-hush");
    }

    [Fact]
    public void Given_named_keys_that_exist_Then_they_are_used()
    {
        var file = Write("private.pem", "a key");

        var keys = Bind(("JWT_PRIVATE_KEY_PATH", file)).Settings!.Keys;

        keys.TokenPrivateKeyPath.ShouldBe(file);
        keys.TokenPublicKeyPath.ShouldBeNull("it is derived from the private one");
    }

    [Fact]
    public void Given_no_keys_Then_they_will_be_made_in_the_data_folder()
    {
        var keys = Bind(("DATA_PATH", folder.FullName)).Settings!.Keys;

        keys.TokenPrivateKeyPath.ShouldBe(Path.Combine(folder.FullName, "secrets", "jwt_private.pem"));
        keys.TotpKeyFile.ShouldBe(Path.Combine(folder.FullName, "secrets", "totp_encryption.key"));
        folder.GetFileSystemInfos().ShouldBeEmpty("reading the configuration creates nothing");
    }

    [Fact]
    public void Given_no_secret_file_When_it_is_needed_Then_it_is_made_once_for_the_owner_alone()
    {
        var path = Path.Combine(folder.FullName, "secrets", "totp_encryption.key");

        var first = SecretFiles.ReadOrCreate(path, NullLogger.Instance);
        var second = SecretFiles.ReadOrCreate(path, NullLogger.Instance);

        first.ShouldMatch("^[0-9a-f]{64}$");
        second.ShouldBe(first);
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(Path.GetDirectoryName(path)!)
            .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.GetFiles(Path.GetDirectoryName(path)!).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Given_processes_that_start_at_once_Then_all_get_the_same_secret()
    {
        var path = Path.Combine(folder.FullName, "secrets", "race.key");

        var secrets = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => Task.Run(() => SecretFiles.ReadOrCreate(path, NullLogger.Instance)))
        );

        secrets.Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public void Every_setting_is_in_the_catalogue_once_and_in_the_documentation()
    {
        var declared = new[]
        {
            typeof(SettingCatalogue),
            typeof(LimitCatalogue),
            typeof(ObservationCatalogue),
            typeof(ObjectStoreCatalogue),
            typeof(SignOnCatalogue),
            typeof(IntegrationCatalogue),
            typeof(CallCatalogue),
        }
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.NonPublic))
            .Select(field => field.GetValue(null))
            .OfType<Setting>()
            .ToList();
        SettingCatalogue.All.ShouldBe(declared, ignoreOrder: true);
        SettingCatalogue.All.Select(setting => setting.Name).ShouldBeUnique();

        var documentation = File.ReadAllText(FromRepository("docs/operations/configuration.md"));
        documentation.ShouldContain(SettingsReport.ToMarkdown(), Case.Sensitive, "write the new table into it");
    }

    private static string FromRepository(string path)
    {
        var parent = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(parent.FullName, "Chatalot.sln")))
            parent = parent.Parent!;
        return Path.Combine(parent.FullName, path);
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }

    private static BoundSettings Bind(params (string Name, string Value)[] variables) =>
        SettingsBinder.Bind(
            variables.ToDictionary(pair => pair.Name, pair => pair.Value),
            new Dictionary<string, string>()
        );
}
