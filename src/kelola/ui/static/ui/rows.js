/* A table field gains a row without a round trip. Without this file the same button asks the server. */
(function () {
  "use strict";

  /* The new row is the last one, emptied and renumbered. */
  function renumber(row, key, from, to) {
    const old = [`${key}.${from}.`, `${key}-${from}-`, `${key.replaceAll(".", "-")}-${from}-`];
    const now = [`${key}.${to}.`, `${key}-${to}-`, `${key.replaceAll(".", "-")}-${to}-`];
    row.querySelectorAll("[name], [id], [for]").forEach((el) => {
      ["name", "id", "for"].filter((name) => el.hasAttribute(name)).forEach((name) => {
        const which = old.findIndex((part) => el.getAttribute(name).includes(part));
        if (which >= 0) el.setAttribute(name, el.getAttribute(name).replace(old[which], now[which]));
      });
      if (el.ariaLabel) el.ariaLabel = el.ariaLabel.replace(/\d+$/, String(to + 1));
    });
    const number = row.querySelector(".row-number");
    if (number) number.textContent = String(to + 1);
  }

  function empty(row) {
    row.querySelectorAll(".field-error, .files").forEach((el) => el.remove());
    row.querySelectorAll("input, select, textarea").forEach((el) => {
      if (el.type === "checkbox" || el.type === "radio") el.checked = false;
      else el.value = "";
      if (el.tagName === "SELECT") el.selectedIndex = 0;
      el.removeAttribute("aria-invalid");
      el.removeAttribute("aria-describedby");
    });
  }

  function addRow(key) {
    const rows = document.querySelector(`[data-table="${key}"]`);
    const total = document.querySelector(`[data-count="${key}"]`);
    const last = rows && rows.lastElementChild;
    if (!last || !total) return false;
    const count = Number(total.value);
    const row = last.cloneNode(true);
    empty(row);
    renumber(row, key, count - 1, count);
    rows.append(row);
    total.value = String(count + 1);
    const first = row.querySelector("input:not([type=hidden]), select, textarea");
    if (first) first.focus();
    return true;
  }

  document.addEventListener("click", (click) => {
    const more = click.target.closest("[data-more]");
    if (more && addRow(more.dataset.more)) click.preventDefault();
  });
})();
