/* Keys, and menus that close. Every page works without this file. */
(function () {
  "use strict";
  const typing = (el) => el.isContentEditable || /^(input|textarea|select)$/i.test(el.tagName);
  const dialog = () => document.getElementById("keys");
  let going = 0;

  function showKeys() {
    if (dialog() && !dialog().open) dialog().showModal();
  }

  function go(letter) {
    const link = Array.from(document.querySelectorAll("a[data-letter]")).find((a) => a.dataset.letter === letter);
    if (link) window.location.assign(link.href);
    return Boolean(link);
  }

  function closeMenus(except) {
    document.querySelectorAll("details.me[open], details.more[open]").forEach((menu) => {
      if (!menu.contains(except)) menu.open = false;
    });
  }

  document.addEventListener("keydown", (press) => {
    if (press.key === "Escape") {
      const menu = document.querySelector("details.me[open], details.more[open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
      return;
    }
    if (typing(press.target) || press.ctrlKey || press.metaKey || press.altKey || document.querySelector("dialog[open]")) return;
    if (press.key === "/") {
      const find = document.querySelector("#kata, #find");
      if (find) {
        press.preventDefault();
        if (find.checkVisibility()) find.focus();
        else window.location.assign(find.form.action);
      }
    } else if (press.key === "?") {
      press.preventDefault();
      showKeys();
    } else if (press.key === "g") {
      going = Date.now();
    } else if (Date.now() - going < 1500) {
      going = 0;
      if (go(press.key)) press.preventDefault();
    }
  });

  /* The clipboard needs a secure address; selecting works on any, and people press Ctrl+C. */
  function copy(button) {
    const text = document.getElementById(button.dataset.copy);
    text.focus();
    text.select();
    if (!navigator.clipboard) return;
    navigator.clipboard.writeText(text.value).then(() => { button.textContent = button.dataset.copied; });
  }

  document.addEventListener("click", (click) => {
    closeMenus(click.target);
    const copier = click.target.closest("[data-copy]");
    if (copier) copy(copier);
    const opener = click.target.closest('[data-open="keys"]');
    if (opener) {
      closeMenus(null);
      showKeys();
    }
  });

  /* An htmx request that failed must say so: htmx itself stays silent. */
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach((name) => {
    document.addEventListener(name, () => {
      const notices = document.getElementById("notices");
      if (!notices) return;
      const said = document.createElement("div");
      said.className = "notice tone-red";
      said.textContent = document.body.dataset.failed;
      notices.replaceChildren(said);
    });
  });

  document.querySelectorAll('[data-open="keys"], [data-copy]').forEach((button) => { button.hidden = false; });
  const errors = document.getElementById("errors");
  if (errors) errors.focus();
})();
