// A field form becomes an operation in the outbox; the answer is the record's own partial,
// which the worker renders. Online and offline take this one path.
import {beforeRequest} from './events.js';
import {chosen} from './answers.js';
import {begin, finish} from './operation.js';
import {draftKey} from './drafts.js';
import {labelKeyOf, labelled} from './labels.js';
import {news} from './news.js';
import * as store from './store.js';
import {withRoom} from './tidy.js';

const saving = new WeakSet();

let named; // until the phone knows whose page this is; null where its store cannot be written

export function init(whose) {
  named = whose;
  whose.catch(() => { named = null; });
  beforeRequest(({form, ctx}) => {
    if (!form?.dataset.operation || !named || !navigator.serviceWorker?.controller) return;
    // A second tap while the first is being kept says nothing new.
    if (saving.has(form)) { ctx.fetch = async () => new Response(null, {status: 204}); return; }
    saving.add(form);
    ctx.fetch = () => save(form).then(id => shown(form, id), error => failed(form, error));
  });
}

async function save(form) {
  for (const message of form.querySelectorAll('[data-message]')) message.hidden = true;
  await named;
  const person = await store.currentPerson();
  // Somebody else signed in with this browser meanwhile: it would stand in his name.
  if (person !== document.body.dataset.person) throw new Error('signed_in_other');
  const action = new URL(form.getAttribute('action'), location.href).pathname;
  const begun = begin({kind: form.dataset.operation, form: new FormData(form), action, person});
  const fresh = freshPhotos(form, begun.payload.photos ?? []);
  const label = labelKeyOf(begun);
  const keys = ['offset', label, ...fresh.map(sha256 => `photo:${sha256}`)];
  const finished = async (seq, device, meta) => {
    const photos = fresh.map(sha256 => {
      const stored = meta[`photo:${sha256}`];
      if (!stored) throw new Error('photo_missing');
      return {sha256, size: stored.size, type: stored.type};
    });
    return finish({...labelled(begun, meta[label]), offset: meta.offset ?? 0}, seq, device, photos);
  };
  await withRoom(() => store.saveOperation(begun.id, fresh, finished, {draft: draftKey(form), keys, person}));
  await settle(begun.payload.resolves).catch(console.error); // it is stored, whatever this says
  form.dispatchEvent(new CustomEvent('takan:saved', {bubbles: true}));
  say();
  news.postMessage({saved: begun.id});
  return begun.id;
}

/** What was chosen about, and all it was written on, asks nobody any more. */
async function settle(id) {
  const operation = id && await store.get('operations', id);
  if (operation?.receipt?.outcome !== 'conflict') return;
  await store.updateOperation(id, chosen);
  await settle(operation.payload.resolves ?? operation.base);
}

/** 已存本机, for as long as a glance takes. */
function say() {
  for (const said of document.querySelectorAll('[data-said]')) {
    said.hidden = false;
    setTimeout(() => { said.hidden = true; }, 3000);
  }
}

/** Photos that an earlier operation brought already are named, not brought again. */
const freshPhotos = (form, named) => {
  const there = new Set((form.dataset.there ?? '').split(' '));
  return named.filter(sha256 => !there.has(sha256));
};

const shown = (form, id) => {
  const then = (form.dataset.then ?? location.pathname).replace('{id}', id);
  // To take the focused field away costs a phone more than to leave it first, while the answer is made.
  document.activeElement?.blur?.();
  if (form.dataset.thenPage) { location.assign(then); return new Response(null, {status: 204}); }
  return fetch(then, {headers: {'HX-Request': 'true', Accept: 'text/html', 'Takan-Local': '1'}})
    // It is stored: what cannot be shown in place is shown as its own page.
    .catch(() => { location.assign(then); return new Response(null, {status: 204}); });
};

/** Nothing was lost: the form and its draft stay, and the sentence for it appears. */
function failed(form, error) {
  saving.delete(form);
  const code = error?.name === 'QuotaExceededError' ? 'quota' : {photo_missing: 'photo_lost', signed_in_other: 'signed_in_other'}[error?.message] ?? 'not_stored';
  const message = form.querySelector(`[data-message="${code}"]`) ?? form.querySelector('[data-message="not_stored"]');
  if (message) { message.hidden = false; message.scrollIntoView({block: 'center'}); }
  if (code === 'not_stored') console.error(error);
  return new Response(null, {status: 204});
}
