// Comfort for all pages; each of them works without it.
(() => {
    // Wide screens show the navigation open.
    const wide = matchMedia("(min-width: 992px)");
    const menu = document.querySelector("[data-menu]");
    const openMenu = () => { if (menu) menu.open = wide.matches; };
    openMenu();
    wide.addEventListener("change", openMenu);

    // A refused form puts the reader at its problems.
    document.querySelector("[data-focus]")?.focus();

    // Unsaved changes are warned of.
    let changed = false;
    document.addEventListener("input", event => { if (event.target.form?.hasAttribute("data-guard")) changed = true; });
    document.addEventListener("submit", () => { changed = false; });
    addEventListener("beforeunload", event => { if (changed) event.preventDefault(); });

    // A button that copies the text of another element.
    document.addEventListener("click", async event => {
        const button = event.target.closest("[data-copy]");
        if (!button) return;
        const text = document.querySelector(button.dataset.copy);
        // A browser keeps the clipboard from pages that came without https; there the text is marked, ready to be copied.
        if (!navigator.clipboard) {
            getSelection().selectAllChildren(text);
            return;
        }

        await navigator.clipboard.writeText(text.textContent.trim());
        if (button.dataset.copied) button.textContent = button.dataset.copied;
    });

    // A select or check box that sends its form at once.
    document.addEventListener("change", event => { if (event.target.matches("[data-send]")) event.target.form.requestSubmit(); });
})();
