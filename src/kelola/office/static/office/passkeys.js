// A form with data-passkey asks the device to make ("create") or show ("get") a passkey and posts
// what it answers. Without a secure address or support, the form says so instead of its button.
(() => {
  "use strict";
  const device = window.webauthnJSON;
  const able = window.isSecureContext && "PublicKeyCredential" in window && device;

  for (const part of document.querySelectorAll("[data-passkey-only]")) part.hidden = !able;

  const options = async (form) => {
    if (form.dataset.options) {
      return JSON.parse(document.getElementById(form.dataset.options).textContent);
    }
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error("no options");
    return (await answer.json()).request_options;
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const act = form.querySelector("[data-act]");
    const told = form.querySelector("[data-told]");
    if (!able) {
      form.querySelector("[data-lacking]").hidden = false;
      continue;
    }
    act.hidden = false;
    form.addEventListener("submit", async (posted) => {
      posted.preventDefault();
      told.hidden = true;
      act.disabled = true;
      try {
        const asked = await options(form);
        const answer = await device[form.dataset.passkey](asked);
        form.elements.credential.value = JSON.stringify(answer);
        form.submit();
      } catch {
        told.hidden = false;
        act.disabled = false;
      }
    });
  }
})();
