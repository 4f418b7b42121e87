// Shows, while somebody types, only the rows that have every word; the form around the field does the same without script.
(() => {
    const fits = (row, words) => {
        const text = row.textContent.toLowerCase();
        return words.every(word => text.includes(word));
    };

    document.addEventListener("input", event => {
        const rows = event.target.dataset?.filter && document.querySelector(event.target.dataset.filter);
        if (!rows) return;
        const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
        let shown = 0;
        for (const row of rows.rows) {
            row.hidden = !fits(row, words);
            if (!row.hidden) shown++;
        }

        const empty = rows.closest("section")?.querySelector("[data-filter-empty]");
        if (empty) empty.hidden = shown > 0;
    });
})();
