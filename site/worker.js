// Offline reading: keeps the public pages somebody has opened, and nothing else. With a network the network answers.
const RELEASE = "@release@"; // names the public pages; another release moves what was kept into a store of its own
const FOLDERS = "@folders@".split(" "); // where the pages of the release stand
// Applications, staff, notices, answers of the search: whatever may name somebody, or must end, is never kept.
const NEVER = ["accounts", "apply", "cms", "data", "demo", "desk", "language", "media", "notices", "search", "static", "statistics", "view"];
const MOST = 30;
const STORE = `pages-${RELEASE}`;

function isPage(address) {
  const { origin, pathname, search } = new URL(address), folder = pathname.split("/")[1];
  if (origin !== location.origin || search || !pathname.endsWith("/") || NEVER.includes(folder)) return false;
  return pathname === "/" || FOLDERS.includes(folder);
}

const bare = (address) => address.split("#")[0];

function mayKeep(answer) {
  const told = (name) => answer.headers.get(name) ?? "";
  return answer.status === 200 && !answer.redirected && told("Content-Type").startsWith("text/html") && !/no-store|private/.test(told("Cache-Control"));
}

async function keep(address, answer) {
  const cache = await caches.open(STORE);
  if (answer.status === 404 || answer.status === 410) await cache.delete(address); // taken back there: gone here
  if (!mayKeep(answer)) return;
  const headers = new Headers({ "Content-Type": "text/html; charset=utf-8", "X-Kept": new Date().toISOString() });
  const kept = new Response(await answer.blob(), { headers });
  await cache.delete(address); // the one opened last stands last
  await cache.put(address, kept);
  for (const old of (await cache.keys()).slice(0, -MOST)) await cache.delete(old);
}

const inChina = (moment) => new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", dateStyle: "long" }).format(new Date(moment));

// The page as it was, which says of itself that it is kept.
async function asKept(kept) {
  const note = `<p class="offline" role="status">现在没有网络。这是您的手机在${inChina(kept.headers.get("X-Kept"))}存下的，后来可能有变化。</p>`;
  const text = (await kept.text()).replace(/<main[^>]*>\s*<div class="wrap">/, (found) => found + note);
  return new Response(text, { headers: kept.headers });
}

async function nothingKept() {
  const titles = [];
  const cache = await caches.open(STORE);
  for (const request of await cache.keys()) {
    const title = /<title>([^<]*)<\/title>/.exec(await (await cache.match(request)).text());
    titles.unshift(`<li><a href="${new URL(request.url).pathname}">${title ? title[1] : ""}</a></li>`);
  }
  const list = titles.length ? `<h2>看过的页面还能看</h2><ul>${titles.join("")}</ul>` : "";
  return new Response(`<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>没有网络</title></head><body><main><h1>现在没有网络</h1>
<p>这一页您还没有看过，手机里没有存。连上网再打开。着急的话，请打工会热线 <a href="tel:12351">12351</a>。</p>${list}</main></body></html>`,
  { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
}

async function answered(event) {
  const address = bare(event.request.url);
  try {
    const fresh = await fetch(event.request);
    event.waitUntil(keep(address, fresh.clone()));
    return fresh;
  } catch {
    const kept = await caches.match(address, { cacheName: STORE });
    return kept ? asKept(kept) : nothingKept();
  }
}

// A new release looks again at each page that was kept; where the network fails, the old copy stays.
async function moveIn() {
  const names = (await caches.keys()).filter((name) => name.startsWith("pages-") && name !== STORE);
  for (const name of names) {
    const old = await caches.open(name);
    for (const request of await old.keys()) {
      if (isPage(request.url)) {
        await fetch(request.url, { cache: "no-cache" }).then((answer) => keep(request.url, answer),
          async () => (await caches.open(STORE)).put(request.url, await old.match(request)));
      }
    }
    await caches.delete(name);
  }
  await clients.claim();
  for (const client of await clients.matchAll({ type: "window" })) {
    const address = bare(client.url);
    // It was opened before there was a worker; the browser still has it, so nothing is fetched.
    if (isPage(address)) await fetch(address, { cache: "force-cache" }).then((answer) => keep(address, answer), () => null);
  }
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(moveIn()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate" && request.method === "GET" && isPage(request.url)) event.respondWith(answered(event));
});
