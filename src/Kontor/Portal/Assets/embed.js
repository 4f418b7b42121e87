// Shows a form of Kontor on somebody else's page: <script src="https://.../forms/SOURCE/embed.js" async></script> puts a frame where it stands, which grows
// with its content. The script carries no data, and reads none of the page's.
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
    script.after(frame);
    addEventListener("message", event => {
        const height = event.data && event.data.kontorFormHeight;
        if (event.source === frame.contentWindow && event.origin === form.origin && height > 0 && height < 20000) {
            frame.setAttribute("height", String(Math.ceil(height)));
        }
    });
})();
