// What the phone may forget: what was delivered long ago, and pictures that no record and no
// draft names any more. Never what waits.
import {DONE} from './answers.js';
import {drop, keep, kept, mark, remains} from './copies.js';
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

/** A second copy of what waits, and none of what is done, whoever is signed in by now. What the store
 *  does not know at all comes back: it was made anew by somebody who could not read the copies. */
export async function copied(person) {
  if (!person) return;
  const there = new Set(await kept(person)); // before the records: what is saved meanwhile keeps its copy
  const records = new Map((await store.allOperations(person)).map(record => [record.id, record]));
  for (const id of there) if (DONE.includes(records.get(id)?.state)) await drop(person, id);
  await back(person, [...there].filter(id => !records.has(id)));
  for (const record of records.values()) {
    if (!DONE.includes(record.state) && !there.has(record.id)) await keep(record).catch(() => {}); // no room, for this one
  }
  const [device, seq] = await store.withDatabase(db => Promise.all([db.get('meta', 'device'), db.get('meta', 'seq')]), person);
  if (seq) await mark(person, device, seq).catch(() => {});
}

async function back(person, ids) {
  const {records} = ids.length ? await remains(person) : {records: []};
  for (const record of records.filter(({id}) => ids.includes(id))) {
    await store.withDatabase(db => db.put('operations', record), person);
  }
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
