// What the phone may forget: what was delivered long ago, and pictures that no record and no
// draft names any more. Never what waits.
import {DONE} from './answers.js';
import {drop, keep, kept} from './copies.js';
import * as store from './store.js';

const DAY = 864e5;
const KEPT = 30 * DAY; // a restored server may ask again for that long
const SHORT = DAY; // while space is short

const photosOf = operation => [...operation.photos.map(photo => photo.sha256), ...operation.payload?.photos ?? []];

/** In one transaction: delivered operations older than `age` ms, then every picture left unnamed. */
export const forget = age => store.withDatabase(async db => {
  const before = new Date(Date.now() - age).toISOString();
  const tx = db.transaction(['operations', 'photos', 'thumbnails', 'drafts', 'meta'], 'readwrite');
  const [operations, drafts] = await Promise.all([tx.objectStore('operations').getAll(), tx.objectStore('drafts').getAll()]);
  const old = operations.filter(o => DONE.includes(o.state) && o.receipt?.received_at < before);
  const named = new Set(operations.filter(o => !old.includes(o)).flatMap(photosOf));
  for (const draft of drafts) for (const sha256 of draft.photos ?? []) named.add(sha256);
  for (const {id} of old) tx.objectStore('operations').delete(id);
  for (const sha256 of await tx.objectStore('photos').getAllKeys()) {
    // A picture is stored a moment before its draft names it: only old ones are nobody's.
    const taken = (await tx.objectStore('meta').get(`photo:${sha256}`))?.at ?? '';
    if (named.has(sha256) || taken >= before) continue;
    for (const name of ['photos', 'thumbnails']) tx.objectStore(name).delete(sha256);
    tx.objectStore('meta').delete(`photo:${sha256}`);
  }
  await tx.done;
});

/** Once a day, after the server has shown that it still knows every receipt. */
export async function tidy() {
  if (Date.now() - (await store.getMeta('tidied') ?? 0) < DAY) return;
  await forget(KEPT);
  await store.setMeta('tidied', Date.now());
}

/** A second copy of what waits, and none of what is done. */
export async function copied(person) {
  const there = new Set(await kept(person)); // before the records: what is saved meanwhile keeps its copy
  for (const record of await store.allOperations()) {
    if (!DONE.includes(record.state) && !there.delete(record.id)) await keep(record);
  }
  for (const id of there) await drop(person, id);
}

/** A full phone gives up what was delivered before today, and tries once more. */
export async function withRoom(act) {
  try {
    return await act();
  } catch (error) {
    if (error?.name !== 'QuotaExceededError') throw error;
    await forget(SHORT);
    return act();
  }
}
