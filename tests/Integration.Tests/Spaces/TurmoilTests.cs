using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Spaces;

public sealed class TurmoilTests
{
    private const int Rounds = 8;

    [Fact]
    public async Task Given_people_who_come_and_go_while_spaces_are_made_and_changed_Then_all_rows_still_agree()
    {
        await using var harbour = await Harbour.OpenAsync();
        var code = await InviteTests.CreateAsync(harbour.Ada, harbour.Community);
        var group = (await harbour.Ada.PostAsync("/groups", harbour.Group("Open"))).Id;
        var people = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => harbour.Server.RegisterAsync($"p{n}")));

        var answers = await Task.WhenAll([
            .. people.Select(person => ComeAndGoAsync(harbour, person, code, group)),
            MakeAsync(harbour, group),
            ChangeAsync(harbour, group),
        ]);

        answers.SelectMany(all => all).ShouldAllBe(answer => answer.Status < 500);
        foreach (var (rule, sql) in Rules)
            (await CountAsync(harbour, sql)).ShouldBe(0, rule);
    }

    private static IEnumerable<(string Rule, string Sql)> Rules =>
        [
            (
                "members of groups are members of the community",
                """
                from group_members m join mt_doc_group g on g.id = m.group_id
                where not exists (select from community_members c
                                  where c.community_id = g.community_id and c.user_id = m.user_id)
                """
            ),
            (
                "members of a group's channels are members of the group",
                """
                from channel_members m join mt_doc_channel c on c.id = m.channel_id
                where c.group_id is not null
                  and not exists (select from group_members g where g.group_id = c.group_id and g.user_id = m.user_id)
                """
            ),
            (
                "members of a group are in each of its channels",
                """
                from group_members m join mt_doc_channel c on c.group_id = m.group_id
                where c.discoverable
                  and not exists (select from channel_members d where d.channel_id = c.id and d.user_id = m.user_id)
                """
            ),
            (
                "communities are counted right",
                """
                from community_sizes s
                where member_count <> (select count(*) from community_members m where m.community_id = s.community_id)
                """
            ),
            (
                "groups are counted right",
                """
                from group_sizes s
                where member_count <> (select count(*) from group_members m where m.group_id = s.group_id)
                """
            ),
        ];

    private static async Task<List<Answer>> ComeAndGoAsync(Harbour harbour, Person person, string code, Guid group)
    {
        var answers = new List<Answer>();
        for (var round = 0; round < Rounds; round++)
        {
            var steps = await Task.WhenAll(
                person.PostAsync($"/community-invites/{code}/accept"),
                person.PostAsync($"/groups/{group}/join"),
                person.PostAsync($"/groups/{group}/leave"),
                person.PostAsync($"/groups/{group}/join"),
                round % 3 == 2
                    ? person.PostAsync($"/communities/{harbour.Community}/leave")
                    : person.GetAsync("/channels")
            );
            answers.AddRange(steps);
        }
        return answers;
    }

    private static async Task<List<Answer>> MakeAsync(Harbour harbour, Guid group)
    {
        var answers = new List<Answer>();
        for (var round = 0; round < Rounds; round++)
        {
            answers.Add(
                await harbour.Ada.PostAsync($"/groups/{group}/channels", new { name = "c", channel_type = "text" })
            );
            var made = await harbour.Ada.PostAsync("/groups", harbour.Group($"g{round}"));
            answers.Add(made);
            if (round % 2 == 1)
                answers.Add(await harbour.Ada.DeleteAsync($"/groups/{made.Id}"));
        }
        return answers;
    }

    private static async Task<List<Answer>> ChangeAsync(Harbour harbour, Guid group)
    {
        var answers = new List<Answer>();
        for (var round = 0; round < Rounds; round++)
        {
            var (from, to) = round % 2 == 0 ? (harbour.Ada, harbour.Bob) : (harbour.Bob, harbour.Ada);
            answers.Add(
                await from.PostAsync(
                    $"/communities/{harbour.Community}/transfer-ownership",
                    new { new_owner_id = to.Id }
                )
            );
            answers.Add(await harbour.Ada.PatchAsync($"/groups/{group}", new { description = $"{round}" }));
        }
        return answers;
    }

    private static async Task<long> CountAsync(Harbour harbour, string sql)
    {
        await using var command = harbour.Server.Database.CreateCommand("select count(*) " + sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
