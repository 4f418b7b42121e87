// Comfort for the editors of the network; each works by its buttons alone.
(() => {
    const form = document.querySelector("#entry");
    if (!form) return;
    const step = form.querySelector("[data-step]");
    const take = (value, place) => {
        step.value = value;
        if (place) step.formAction = `#${place}`;
        form.requestSubmit(step);
    };

    // Rows are dragged by their grip.
    document.querySelectorAll("[data-sort]").forEach(rows => new Sortable(rows, {
        handle: ".kontor-grip", draggable: ".kontor-row", animation: 0,
        onEnd: event => { if (event.oldDraggableIndex !== event.newDraggableIndex) take(`move:${rows.dataset.sort}:${event.oldDraggableIndex}:${event.newDraggableIndex}`, rows.dataset.sort); },
    }));

    // What decides which fields there are shows the form anew.
    form.addEventListener("change", event => { if (event.target.matches("[data-refresh]")) take("refresh", event.target.id); });

    // Hours are switched by a click on their picture.
    const clock = hour => `${String(hour).padStart(2, "0")}:00`;
    const write = day => {
        const open = [...day.querySelectorAll("[data-hour]")].map(hour => hour.classList.contains("open"));
        const spans = [];
        open.forEach((is, hour) => {
            if (!is) return;
            if (hour > 0 && open[hour - 1]) spans[spans.length - 1][1] = hour + 1;
            else spans.push([hour, hour + 1]);
        });
        day.querySelector("input").value = spans.map(([from, until]) => `${clock(from)}-${clock(until)}`).join(", ");
        day.querySelector("input").dispatchEvent(new Event("input", { bubbles: true }));
    };
    form.addEventListener("click", event => {
        const hour = event.target.closest("[data-hour]");
        if (!hour) return;
        hour.classList.toggle("open");
        write(hour.closest("[data-day]"));
    });
})();
