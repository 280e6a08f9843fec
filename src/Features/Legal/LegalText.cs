using System.Text;
using System.Text.RegularExpressions;

namespace Chatalot.Features.Legal;

/// <summary>The texts that this server brings with it, and what may stand in an operator's own.</summary>
internal static partial class LegalText
{
    /// <summary>
    /// Markdown without HTML: clients put the text into their page as it is. What is left of an opening bracket is
    /// written as an entity.
    /// </summary>
    public static string WithoutHtml(string markdown) =>
        Tag().Replace(markdown, "").Replace("<", "&lt;", StringComparison.Ordinal);

    /// <summary>What this server does with people's data.</summary>
    public static string Privacy(LegalOptions options)
    {
        var text = new StringBuilder(
            $"""
            # Privacy Policy

            This page describes what {options.InstanceName} stores. The people who run this instance may add their own rules.

            ## What is stored

            - **Account**: user name, email address, display name, a salted hash of the password, and what you write into your profile.
            - **Messages**: their content as your client sends it, with sender, channel and time. Whether the content is encrypted end to end depends on the settings of this instance and on your client; sender, channel and time never are.
            - **Files and pictures**: as they are uploaded, with name, size and type. Profile pictures can be fetched by whoever knows their address.
            - **Logins**: device, network address and time of your sessions, and security events with address and program for a limited time.
            - **Memberships, blocks, reports and settings** that you make.

            ## Who can see it

            - Other members see your profile and what you post where they are members.
            - The operators of this instance can see accounts, memberships, reports and the security log, and can remove content.

            """
        );
        text.AppendLine("## Third parties").AppendLine();
        if (options.Feedback)
            text.AppendLine("- Feedback that you send may be filed at an external issue tracker.");
        if (options.GifSearch)
            text.AppendLine("- GIF search sends your search words, without your name, to an external service.");
        if (options.Push)
            text.AppendLine("- Push notifications go through the push service of your browser's maker, encrypted.");
        if (!options.Feedback && !options.GifSearch && !options.Push)
            text.AppendLine("- No external service is configured.");
        text.AppendLine()
            .AppendLine("## Your choices")
            .AppendLine()
            .AppendLine("- You can change your profile, end sessions and delete your account in the settings.");
        return text.ToString();
    }

    /// <summary>What people agree to.</summary>
    public static string Terms(LegalOptions options) =>
        $"""
            # Terms of Service

            By using {options.InstanceName} you agree to these terms.

            ## Conduct

            - Do not break the law, harass others, or post what you have no right to share.
            - Do not attack this instance or try to reach accounts and content of others.

            ## Moderation

            - Moderators and operators may remove content, and suspend or delete accounts that break these terms.

            ## No warranty

            - The software is provided as it is. Keep copies of what matters to you.
            """;

    [GeneratedRegex(@"<!--.*?-->|</?[A-Za-z!?][^>]*>", RegexOptions.Singleline)]
    private static partial Regex Tag();
}
