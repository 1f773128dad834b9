// What every field page loads.
import 'htmx.org';
import * as drafts from './drafts.js';
import * as hints from './hints.js';
import * as outbox from './outbox.js';
import * as store from './store.js';
import {PhotoField, guard} from './capture.js';
import {afterSwap, refresh} from './events.js';
import * as place from './place.js';
import {preload} from './preload.js';
import {again, wake} from './deliver.js';
import {letGo} from './send_photos.js';

const ELEMENTS = {
  'risk-map': () => import('./elements/map.js'),
  'place-pin': () => import('./elements/place_pin.js'),
  'zone-editor': () => import('./elements/zone_editor.js'),
  'signature-field': () => import('./elements/signature.js'),
  'colleague-pin': () => import('./elements/colleague.js'),
  'hand-over': () => import('./elements/handover.js'),
  'self-test': () => import('./ready.js').then(ready => ready.init()),
};

const loadElements = () => {
  for (const [tag, load] of Object.entries(ELEMENTS)) if (document.querySelector(tag)) load();
};

async function counted() {
  const {waiting, needs_you} = await store.counts();
  for (const shown of document.querySelectorAll('[data-waiting]')) shown.textContent = waiting;
  for (const bar of document.querySelectorAll('.bar__state')) {
    bar.classList.toggle('bar__state_warn', needs_you > 0);
    bar.classList.toggle('bar__state_waiting', needs_you === 0 && waiting > 0);
  }
  for (const shown of document.querySelectorAll('[data-needs-you]')) shown.textContent = needs_you;
  for (const badge of document.querySelectorAll('[data-needs-you-badge]')) badge.hidden = needs_you === 0;
  const signIn = document.querySelector('[data-sign-in]');
  if (signIn) signIn.hidden = await store.getMeta('stopped') !== 'sign_in';
}

// Its own channel: one does not hear what it says itself.
const news = new BroadcastChannel('takan');
const BLINK = 200; // the answer to a tap comes first; sending and counting may wait so long
const SECOND = 1000; // how often a long delivery is shown
let refreshing;
let due = Infinity;
let toSend = false;
function told({data}) {
  if (data.heard) return hints.reached();
  toSend ||= !!data.saved;
  const when = Date.now() + (data.sent ? SECOND : BLINK);
  if (when >= due) return; // never put off: photos that go quickly would hide how far it is
  clearTimeout(refreshing);
  due = when;
  refreshing = setTimeout(shown, when - Date.now());
}

function shown() {
  due = Infinity;
  counted();
  if (toSend) wake();
  toSend = false;
  document.body.dispatchEvent(new Event('outbox-changed'));
  if (document.querySelector('#outbox-items')) refresh('/outbox', '#outbox-items');
}

/** A full outbox stays when its owner leaves; the second tap goes through. */
async function signOut(event) {
  const form = event.target.closest('form[data-sign-out]');
  if (!form) return;
  event.preventDefault();
  const {waiting, needs_you} = await store.counts();
  const message = form.querySelector('[data-message=unsent]');
  if (waiting + needs_you && message?.hidden) { message.hidden = false; return; }
  // Without a network the day would be gone and the session still there.
  const left = await fetch(form.action, {method: 'POST', redirect: 'manual'}).catch(() => null);
  const offline = form.querySelector('[data-message=sign_out_offline]');
  if (!left || left.status >= 400) { if (offline) offline.hidden = false; return; }
  news.close(); // whatever is told now would ask for this page again
  await store.forgetDay();
  await store.clearCurrentPerson();
  location.assign('/sign-in');
}

async function registerWorker() {
  if (!navigator.serviceWorker) return;
  const registration = await navigator.serviceWorker.register('/worker.js', {updateViaCache: 'none'});
  const offer = () => {
    const bar = document.querySelector('[data-update]');
    // Never under an open form: an update waits until nothing is being written.
    if (!bar || !registration.waiting || !navigator.serviceWorker.controller || document.querySelector('form[data-draft]')) return;
    bar.hidden = false;
    bar.querySelector('[data-apply-update]').addEventListener('click', () => {
      registration.waiting?.postMessage({type: 'update'});
      setTimeout(() => location.reload(), 2 * SECOND); // where something of this page holds the old one
    }, {once: true});
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), {once: true});
  };
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', offer));
  offer();
}

/** A page that was on its way while the worker began is nobody's, and would stay so: the worker is asked. */
async function controlled() {
  const {serviceWorker} = navigator;
  if (!serviceWorker) return new Promise(() => {});
  const taken = new Promise(resolve => serviceWorker.addEventListener('controllerchange', resolve, {once: true}));
  const {active} = await serviceWorker.ready;
  if (serviceWorker.controller) return;
  active.postMessage({type: 'claim'});
  await taken;
}

/** The worker's pages know the language from the phone, the server's from the cookie. */
async function agree() {
  const language = document.documentElement.lang.slice(0, 2);
  if (document.body.dataset.worker === 'no') await store.setLanguage(language);
  else document.cookie = `language=${language}; path=/; max-age=31536000; samesite=lax`;
}

async function start() {
  const {person} = document.body.dataset;
  const named = person ? store.setCurrentPerson(person) : Promise.resolve();
  // Before anything is waited for: a tap in the meantime would go to the office, and be lost without a network.
  guard();
  outbox.init(named);
  await named;
  customElements.define('photo-field', PhotoField);
  loadElements();
  afterSwap(loadElements);
  afterSwap(counted);
  document.addEventListener('submit', signOut);
  news.addEventListener('message', told);
  hints.init();
  place.init();
  // Before anything slow: what is typed meanwhile must be heard, and never be written over.
  await drafts.init();
  await agree().catch(console.error);
  await registerWorker().catch(console.error);
  if (!person) return;
  counted();
  for (const event of ['online', 'pageshow']) addEventListener(event, () => wake(true));
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && wake(true));
  document.addEventListener('click', event => event.target.closest('[data-send-now]') && again());
  document.addEventListener('click', async ({target}) => {
    const {letGo: id} = target.closest('[data-let-go]')?.dataset ?? {};
    if (id) { await letGo(id); shown(); }
  });
  // Out of the browser's memory: its form was saved already, and would say nothing to a tap.
  addEventListener('pageshow', ({persisted}) => persisted && document.querySelector('form[data-operation]') && location.reload());
  wake(true);
  await controlled();
  document.documentElement.dataset.worker = 'ready';
  if (location.pathname === '/today') preload();
}

start();
