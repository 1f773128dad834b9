// Everything unsent on this phone as one file. Stands alone: neither the app nor the worker's pages
// are needed, so that it works when they do not.
import {begin} from './rescue/seal.js';
import {parts, stores} from './rescue/unsent.js';

const panel = document.querySelector('[data-rescue]');
const every = (name, act) => { for (const found of panel.querySelectorAll(`[data-${name}]`)) act(found, found.dataset[name]); };
const show = (...shown) => every('part', (element, part) => { element.hidden = !shown.includes(part); });
const fill = values => every('value', (element, name) => { if (name in values) element.textContent = values[name]; });
const size = (all, what) => all.reduce((n, store) => n + store[what].length, 0);
let resting = true; // nothing is being made, or offered

/** What is there now, as numbers on the page → {all, there: the parts that say so}. */
async function look() {
  const {all, unreadable} = await stores();
  const operations = size(all, 'unsent');
  const others = size(all.filter(store => !store.mine), 'unsent');
  const drafts = size(all, 'drafts');
  fill({operations, others, photos: size(all, 'photos'), drafts, unreadable});
  const there = [...operations + drafts ? ['counted'] : [], ...others ? ['others'] : [], ...unreadable ? ['unreadable'] : []];
  return {all, there};
}

async function count() {
  const {there} = await look();
  // Where the outbox already says so, nothing need be said twice.
  panel.hidden = panel.hasAttribute('data-hide-empty') && !there.length;
  show(...there, there.includes('counted') ? 'make' : 'nothing');
}

/** The key is kept on the phone with the contexts; else asked for, when there is a network. */
async function* keys(all) {
  for (const {key} of all) if (key) yield key;
  const answer = await fetch('/rescue/key', {signal: AbortSignal.timeout?.(5000)}).then(r => r.json()).catch(() => null);
  if (answer?.takan === 'sync/1') yield answer.rescue_key;
}

/** A file begun with the first key that is one, or null. */
async function sealedFile(all, about) {
  for await (const key of keys(all)) {
    const file = await begin(key, about).catch(console.error);
    if (file) return file;
  }
  return null;
}

async function make(sealed) {
  resting = false;
  fill({done: 0, total: ''});
  const {all, there} = await look();
  show(...there, 'working');
  const about = {
    device: all[0]?.device ?? '', person: all[0]?.person ?? '', made_at: new Date().toISOString(), app: globalThis.TAKAN_BUILD ?? 'dev',
    operations: size(all, 'operations'), photos: size(all, 'photos'), drafts: size(all, 'drafts'),
  };
  const file = sealed ? await sealedFile(all, about) : await begin('', about);
  if (!file) { show(...there, 'no-key'); return; }
  const {blob, lost} = await written(file, about, all);
  const able = offer(blob, about.device);
  fill({lost});
  show(...there, 'made', sealed ? 'made-sealed' : 'made-open', ...lost ? ['lost'] : [], ...able ? ['share'] : []);
}

async function written(file, about, all) {
  const blobs = [file.line];
  const total = about.operations + about.photos + about.drafts;
  let lost = 0;
  for await (const [what, bytes] of parts(all)) {
    blobs.push(await file.frame(what, bytes));
    lost = what.lost?.length ?? 0;
    fill({done: Math.min(blobs.length - 1, total), total});
    every('bar', bar => { bar.max = total; bar.value = blobs.length - 1; });
  }
  return {blob: new Blob(blobs, {type: 'application/octet-stream'}), lost};
}

/** Can it be shared? Saving it always can. */
function offer(blob, device) {
  const now = new Date();
  const minute = new Date(now - now.getTimezoneOffset() * 60e3).toISOString().slice(0, 16).replace(/\D/g, '');
  const name = `takan-${minute}-${device.slice(0, 4)}.takan`;
  // Chrome shares only some kinds of files, plain text among them: the name ends as one it knows.
  const file = new File([blob], `${name}.txt`, {type: 'text/plain'});
  fill({name, size: (blob.size / 1048576).toFixed(1)});
  every('save', link => { link.href = URL.createObjectURL(blob); link.download = name; });
  every('share', button => { button.onclick = () => share(file); });
  return !!navigator.canShare?.({files: [file]});
}

async function share(file) {
  await navigator.share({files: [file]}).catch(error => { if (error.name !== 'AbortError') every('unshared', said => { said.hidden = false; }); });
}

const attempt = sealed => make(sealed).catch(failed);

function failed(error) {
  console.error(error);
  resting = true;
  show('failed', 'make');
}

/** The outbox shows the same panel as the page that stands alone. */
async function fetched() {
  const place = panel.querySelector('[data-panel]');
  if (place.firstElementChild) return;
  const page = new DOMParser().parseFromString(await (await fetch('/rescue')).text(), 'text/html');
  place.replaceChildren(...page.querySelector('[data-panel]').childNodes);
}

async function start() {
  await fetched();
  every('make', button => { button.onclick = () => attempt(button.dataset.make === 'sealed'); });
  every('sure', tick => { tick.onchange = () => every('make', button => { if (button.dataset.make === 'open') button.hidden = !tick.checked; }); });
  await count();
  let soon;
  // What is sent meanwhile need not be saved.
  new BroadcastChannel('takan').onmessage = () => {
    clearTimeout(soon);
    soon = setTimeout(() => { if (resting) count().catch(console.error); }, 500);
  };
}

if (panel) start().catch(failed);
