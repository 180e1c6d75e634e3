/* Shows one page when Kelola cannot be reached. Keeps that page and its parts, nothing else. */
"use strict";
const KEPT = "kelola-{{ version }}";
const PAGE = "{{ page }}";
const PARTS = {{ parts|safe }};

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const kept = await caches.open(KEPT);
    await kept.addAll([new Request(PAGE, {cache: "reload"}), ...PARTS]);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

async function answer(request) {
  try {
    return await fetch(request);
  } catch (failure) {
    const kept = await caches.open(KEPT);
    const found = await kept.match(request.mode === "navigate" ? PAGE : request);
    if (found) return found;
    throw failure;
  }
}

self.addEventListener("fetch", (event) => {
  const asked = event.request;
  const ours = asked.mode === "navigate" || PARTS.includes(new URL(asked.url).pathname);
  if (asked.method === "GET" && ours) event.respondWith(answer(asked));
});
