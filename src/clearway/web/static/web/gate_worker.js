// Gives the gate screen and its files from what was kept of them while there is no network.
const CACHE = "clearway-gate";
const PAGE = /^\/gates\/\d+$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate" && PAGE.test(address.pathname)) event.respondWith(page(request, address));
  else if (address.pathname.startsWith("/static/")) event.respondWith(file(request));
});

async function page(request, address) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected && !address.search) cache.put(address.pathname, answer.clone());
    // Whoever is signed out, or may not see it, leaves nothing behind that the next one could open.
    else if (answer.status === 401 || answer.status === 403 || answer.redirected) await cache.delete(address.pathname);
    return answer;
  } catch (failed) {
    const kept = await cache.match(address.pathname);
    if (kept) return kept;
    throw failed;
  }
}

async function file(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  return fetch(request);
}
