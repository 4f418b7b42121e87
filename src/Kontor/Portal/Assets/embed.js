// Shows a form of Kontor on somebody else's page: <script src="https://.../forms/SOURCE/embed.js" async></script> puts a frame where it stands, or at the
// end of the page when it stands in its head; the frame grows with its content. The script carries no data, and reads none of the page's.
(() => {
    const script = document.currentScript;
    const form = new URL(script.src.replace(/\/embed\.js.*$/, ""));
    const frame = document.createElement("iframe");
    frame.src = form.href;
    frame.title = script.dataset.title || "Form";
    frame.setAttribute("width", "100%");
    frame.setAttribute("height", "600");
    frame.setAttribute("frameborder", "0");
    frame.setAttribute("loading", "lazy");
    const place = () => script.closest("body") ? script.after(frame) : document.body.append(frame);
    if (script.closest("body") || document.readyState !== "loading") {
        place();
    } else {
        addEventListener("DOMContentLoaded", place);
    }
    addEventListener("message", event => {
        const height = event.data && event.data.kontorFormHeight;
        if (event.source === frame.contentWindow && event.origin === form.origin && height > 0 && height < 20000) {
            frame.setAttribute("height", String(Math.ceil(height)));
        }
    });
})();
