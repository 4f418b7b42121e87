// Passkeys: shown only where the browser has them and the address may use them; everything else works without.
(() => {
    const usable = globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON && isSecureContext && !/^[\d.]+$|:/.test(location.hostname);
    if (!usable) return;

    const answer = async form => {
        const token = form.querySelector("[name=form_token]").value;
        const response = await fetch(form.dataset.options, { method: "POST", headers: { "X-Form-Token": token, "Accept": "application/json" } });
        if (!response.ok) throw new Error("refused");
        const options = await response.json();
        return form.dataset.passkey === "sign-in"
            ? navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })
            : navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
    };

    for (const form of document.querySelectorAll("form[data-passkey]")) {
        form.hidden = false;
        const failed = form.querySelector("[data-failed]");
        form.addEventListener("submit", async event => {
            const field = form.querySelector("[name=credential]");
            if (field.value) return;
            event.preventDefault();
            failed.hidden = true;
            try {
                field.value = JSON.stringify((await answer(form)).toJSON());
                form.requestSubmit();
            } catch {
                failed.hidden = false;
            }
        });
    }
})();
