// Runs before anything is drawn: the system's theme where none was chosen, and the zone in which times are shown.
(() => {
    const root = document.documentElement;
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
    if (root.dataset.theme === "auto") {
        follow();
        dark.addEventListener("change", follow);
    }

    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (zone && !document.cookie.includes("kontor-zone=")) {
        document.cookie = `kontor-zone=${zone}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
    }
})();
