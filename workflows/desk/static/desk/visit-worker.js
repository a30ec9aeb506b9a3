// Opens the page of a visit again where there is no connection. It keeps the empty form and what dresses it, nothing typed.
"use strict";

const SHELF = "visits-1";
const IS_VISIT = /^\/desk\/files\/[0-9a-f-]{36}\/visit\/$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (!IS_VISIT.test(pathname) && !pathname.startsWith("/static/")) return;
  event.respondWith(
    (async () => {
      const shelf = await caches.open(SHELF);
      try {
        const answer = await fetch(request);
        if (!IS_VISIT.test(pathname) || answer.headers.has("X-Keep-Offline")) {
          if (answer.ok && !answer.redirected) await shelf.put(request, answer.clone());
        } else {
          await shelf.delete(request, { ignoreVary: true }); // something is written in it now
        }
        return answer;
      } catch (error) {
        const kept = await shelf.match(request, { ignoreVary: true });
        if (kept) return kept;
        throw error;
      }
    })(),
  );
});
