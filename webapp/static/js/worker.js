// Answers GET of field pages: context → overlay of what waits → template. Never takes a POST.
import {answer, missing, speakFrom} from './pages.js';
import * as store from './store.js';

const BUILD = globalThis.TAKAN_BUILD;
const ASSETS = globalThis.TAKAN_ASSETS;
const SHELL = `shell-${BUILD}`;
const IMAGES = 'plans';
const PATIENCE = 3000; // a store that hangs must not hang every page
const SIGN_IN = ['/sign-in', '/sign-in/done'];

self.addEventListener('install', event => event.waitUntil(
  caches.open(SHELL).then(cache => cache.addAll(ASSETS))));

self.addEventListener('activate', event => event.waitUntil((async () => {
  // Pages of the last build may still be open and ask for its files: keep one build back.
  const shells = (await caches.keys()).filter(name => name.startsWith('shell-') && name !== SHELL);
  for (const name of shells.slice(0, -1)) await caches.delete(name);
  await self.clients.claim();
})()));

self.addEventListener('message', event => {
  if (event.data?.type === 'update') self.skipWaiting();
  if (event.data?.type === 'claim') event.waitUntil(self.clients.claim());
});

self.addEventListener('fetch', event => {
  const {request} = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (url.pathname === '/rescue') event.respondWith(rescue());
  else if (/^\/language\/(zh|en)$/.test(url.pathname)) event.respondWith(speakFrom(request, url));
  else if (url.pathname.startsWith('/static/build/') || url.pathname === '/manifest.webmanifest') event.respondWith(asset(request));
  else if (/^\/photos\/[0-9a-f]{64}(\/thumbnail)?$/.test(url.pathname)) event.respondWith(photo(request, url));
  else if (/^\/plans\/[^/]+\/image$/.test(url.pathname)) event.respondWith(image(request));
  else if (request.mode === 'navigate') event.respondWith(page(request, url));
  else {
    const answered = answer(request, url);
    if (answered) event.respondWith(answered);
  }
});

/** While the device is the enterprise's it leads nowhere else; signing in again is the way out of a
 *  forgotten PIN. */
async function page(request, url) {
  const lock = SIGN_IN.includes(url.pathname) ? '' : await soon(handedTo(), '');
  if (lock && lock !== url.pathname) return Response.redirect(lock, 302);
  // Any page that is not the field's, without a network: a page of ours says so, not the browser.
  return answer(request, url) ?? fetch(request).catch(() => missing(url));
}

/** From the cache alone, and whatever the store answers: it must open when nothing else does. */
async function rescue() {
  const lock = await soon(handedTo(), '');
  const name = await soon(store.language(), 'zh') === 'en' ? 'rescue_en_html' : 'rescue_html';
  return lock ? Response.redirect(lock, 302) : asset(globalThis.TAKAN_URLS[name]);
}

const soon = (found, otherwise) =>
  Promise.race([found.catch(() => otherwise), new Promise(resolve => setTimeout(resolve, PATIENCE, otherwise))]);

const handedTo = async () => await store.currentPerson() && await store.getMeta('handover');

const asset = async request => await caches.match(request) ?? fetch(request);

async function photo(request, url) {
  const [, , sha256, thumbnail] = url.pathname.split('/');
  const found = await stored(sha256, !!thumbnail).catch(() => null);
  return found ?? fetch(request);
}

async function stored(sha256, thumbnail) {
  if (!await store.currentPerson()) return null;
  const small = thumbnail && await store.get('thumbnails', sha256);
  if (small) return new Response(small, {headers: {'Content-Type': 'image/jpeg'}});
  const whole = await store.get('photos', sha256);
  // What is no picture is never a page of ours.
  const type = /^image\/(jpeg|png|webp)$/.test(whole?.type) ? whole.type : 'application/octet-stream';
  return whole ? new Response(whole.bytes, {headers: {'Content-Type': type, 'X-Content-Type-Options': 'nosniff'}}) : null;
}

async function image(request) {
  const cache = await caches.open(IMAGES);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok && response.headers.get('Content-Type') === 'image/jpeg') await cache.put(request, response.clone());
  return response;
}
