// The page around verify.js: what it is told in the address or by hand, and what it answers.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const {verify, find, sha256, hex} = window.kelolaSeal;
  const known = JSON.parse(document.getElementById("known").textContent);
  const field = document.getElementById("s"), answers = document.querySelectorAll("[data-answer]");
  const facts = document.getElementById("facts");
  const day = new Intl.DateTimeFormat("id-ID", {
    weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC",
  });

  const answer = (outcome, claim) => {
    for (const one of answers) one.hidden = one.dataset.answer !== outcome;
    facts.hidden = !claim;
    if (!claim) return;
    const values = {
      office: known.offices[claim.office] || known.nowhere,
      kind: known.kinds[claim.kind] || claim.kind,
      number: claim.number,
      date: day.format(claim.on),
      digest: claim.digest.match(/.{4}/g).join(" "),
    };
    for (const cell of facts.querySelectorAll("dd")) cell.textContent = values[cell.dataset.fact];
  };
  const check = (text) => {
    const {outcome, claim} = verify(find(text), known.keys);
    answer(outcome, claim);
  };

  document.getElementById("by-code").addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    check(field.value);
  });
  document.getElementById("by-file").addEventListener("submit", async (submitted) => {
    submitted.preventDefault();
    const [file] = document.getElementById("berkas").files;
    if (!file) return answer("file_missing");
    try {
      const response = await fetch("papers.json");
      const papers = new Set(await response.json());
      const digest = hex(sha256(new Uint8Array(await file.arrayBuffer())));
      return answer(papers.has(digest) ? "file_known" : "file_unknown");
    } catch {
      return answer("file_unchecked");
    }
  });
  const asked = new URLSearchParams(window.location.search).get("s");
  if (asked) {
    field.value = asked;
    check(asked);
  }
  document.getElementById("needs").hidden = true;
});
