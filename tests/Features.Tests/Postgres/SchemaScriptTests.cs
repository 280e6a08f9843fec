using System.Text;
using Chatalot.Shared.Postgres;

namespace Chatalot.Features.Tests.Postgres;

public sealed class SchemaScriptTests
{
    [Fact]
    public void A_script_is_named_by_its_resource()
    {
        var script = Load("Schema/0301_message_log.sql", "create table x ()");

        script.ShouldBe(new SchemaScript(301, "message_log", "create table x ()"));
        script.FullName.ShouldBe("0301_message_log");
    }

    [Theory]
    [InlineData("Schema/301_x.sql")]
    [InlineData("Schema/0301-x.sql")]
    [InlineData("Schema/0301_X.sql")]
    [InlineData("Schema/0301_.sql")]
    [InlineData("Schema/0301_x.txt")]
    public void Another_form_of_name_is_refused(string resource) =>
        Should.Throw<SchemaException>(() => Load(resource, "")).Message.ShouldContain(resource);

    [Fact]
    public void Line_ends_do_not_change_the_checksum() =>
        new SchemaScript(1, "x", "a\r\nb\r\n").Checksum.ShouldBe(new SchemaScript(1, "x", "a\nb\n").Checksum);

    [Fact]
    public void Scripts_come_in_the_order_of_their_numbers() =>
        SchemaScript
            .InOrder([new(200, "b", ""), new(100, "a", ""), new(300, "c", "")])
            .Select(script => script.Number)
            .ShouldBe([100, 200, 300]);

    [Fact]
    public void Two_scripts_with_one_number_are_refused() =>
        Should
            .Throw<SchemaException>(() => SchemaScript.InOrder([new(100, "a", ""), new(100, "b", "")]))
            .Message.ShouldBe("The schema scripts 0100_a and 0100_b have the same number.");

    [Fact]
    public void An_assembly_without_scripts_has_none() =>
        SchemaScript.FromAssembly(typeof(SchemaScript).Assembly).ShouldBeEmpty();

    private static SchemaScript Load(string resource, string sql) =>
        SchemaScript.Load(resource, new MemoryStream(Encoding.UTF8.GetBytes(sql)));
}
