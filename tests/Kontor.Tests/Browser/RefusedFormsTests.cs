using Kontor.Portal;
using Kontor.Tests.Portal;
using Microsoft.Playwright;

namespace Kontor.Tests.Browser;

/// <summary>Every form that a page shows, sent with nonsense in all its fields: what is refused is a sound page again, what is taken leads to one.</summary>
public sealed class RefusedFormsTests(Chromium chromium)
{
    // Markup, a formula, marks that turn text around, and a word that no line can break.
    private const string Nonsense = "\"><kontor-naughty kontor-naughty=1>' kontor-naughty='1{0}{{7*7}}\u202Etxet\u202C\U0001F469\u200D\U0001F52C "
        + "Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetzesundsoweiter";

    private const string Fill = """
        ([number, text]) => {
            const form = document.forms[number];
            for (const field of form.elements) {
                if (field.tagName === "INPUT" && !["hidden", "checkbox", "radio", "file", "submit", "button"].includes(field.type)) {
                    field.type = "text";
                    field.value = text;
                }
                if (field.tagName === "TEXTAREA") field.value = text;
            }
            const button = form.querySelector("button:not([type=button])");
            if (button?.name) {
                const pressed = document.createElement("input");
                [pressed.type, pressed.name, pressed.value] = ["hidden", button.name, button.value];
                form.append(pressed);
            }
            HTMLFormElement.prototype.submit.call(form);
        }
        """;

    // A field named like a member of the form stands in its place, so attributes are read.
    private const string Forms = """
        [...document.forms].map(form => (form.getAttribute("method") ?? "get") + " " + new URL(form.getAttribute("action") ?? "", document.baseURI).pathname
            + " " + (form.hidden === true ? "hidden" : form.getAttribute("id") ?? ""))
        """;

    [Theory]
    [InlineData(PageRole.Owner, null, "/console", "/account")]
    [InlineData(PageRole.Buyer, "nordbuyer", "/buyer")]
    [InlineData(PageRole.Supplier, "acme", "/supplier")]
    [InlineData(null, null, "/sign-in", "/forms/landing")]
    public async Task form_full_of_nonsense_is_answered_by_a_sound_page(PageRole? role, string? party, params string[] starts)
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        await PortalMarket.SellAsync(node);
        string[] invited = role is null ? [await People.InviteAsync(node, "new@example.org")] : [];
        using var person = role is { } some ? PageClient.SignedIn(node, some, party) : new PageClient(node.Api.Url);
        var pages = (await PageWalk.FromAsync(PageRoutes.Of(node), person, [.. starts, .. invited])).Pages;
        await using var visit = await chromium.AsAsync(person, new VisitOptions { Dark = true, Language = "de-DE" });
        var (faults, sent, refused) = (new List<string>(), new HashSet<string>(), 0);
        visit.Page.Dialog += async (_, dialog) =>
        {
            faults.Add($"{visit.Page.Url}: a dialog opened: {dialog.Message}");
            await dialog.DismissAsync();
        };
        var targets = PageRoutes.Of(node, "POST");
        foreach (var page in pages)
        {
            await visit.GoAsync(page);
            var forms = await visit.Page.EvaluateAsync<string[]>(Forms);
            for (var i = 0; i < forms.Length; i++)
            {
                var parts = forms[i].Split(' ');
                if (parts[0] != "post" || parts[1] == "/sign-out" || parts[2] == "hidden" || !sent.Add($"{targets.TraitsOf(parts[1])[0]} {parts[2]}"))
                    continue;
                await visit.GoAsync(page);
                var status = await SendAsync(visit, i);
                refused += status is >= 400 and < 500 ? 1 : 0;
                faults.AddRange(await FaultsOfAsync(visit, $"{page} form {i} to {parts[1]} ({status})", status));
            }
        }

        faults.ShouldBeEmpty();
        refused.ShouldBeGreaterThan(1);
    }

    // The status of the answer to the form itself; waits until the page that comes of it is whole.
    private static async Task<int> SendAsync(Visit visit, int form)
    {
        var whole = new TaskCompletionSource();
        void Loaded(object? sender, IPage page) => whole.TrySetResult();
        visit.Page.Load += Loaded;
        var answer = await visit.Page.RunAndWaitForResponseAsync(
            () => visit.Page.EvaluateAsync(Fill, new object[] { form, Nonsense }), response => response.Request.Method == "POST");
        await whole.Task.WaitAsync(TimeSpan.FromSeconds(30));
        visit.Page.Load -= Loaded;
        return answer.Status;
    }

    private static async Task<IEnumerable<string>> FaultsOfAsync(Visit visit, string name, int status)
    {
        var found = new List<string>();
        if (status >= 500)
            found.Add(name);
        if (await visit.Page.EvaluateAsync<bool>("document.querySelector('kontor-naughty, [kontor-naughty]') !== null"))
            found.Add($"{name}: text became an element");
        found.AddRange(await SoundPages.FaultsOfAsync(visit, name, dark: true));
        await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Light });
        await visit.Page.EvaluateAsync("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
        found.AddRange(await SoundPages.FaultsOfAsync(visit, name, dark: false));
        await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        return found;
    }
}
