// What the phone keeps: one database a person, and a tiny one that names the current person.
import {open, opened, reopening} from './connections.js';
import {keep, mark, remains} from './copies.js';
import {usedUp} from './labels.js';

const STRICT = {durability: 'strict'};

/** A new store, with what waited in one that the browser threw away. */
function build(db, tx, {known, records}) {
  const operations = db.createObjectStore('operations', {keyPath: 'id'});
  operations.createIndex('seq', 'seq');
  operations.createIndex('state', 'state');
  operations.createIndex('visit', 'visit');
  for (const name of ['photos', 'thumbnails', 'drafts', 'contexts', 'meta']) db.createObjectStore(name);
  const last = known ?? records[records.length - 1];
  if (!last) return;
  for (const record of records) operations.put(record);
  const seq = Math.max(last.seq, ...records.map(record => record.seq));
  const meta = {recovered: {at: new Date().toISOString(), records: records.length}, device: last.device, seq};
  for (const [key, value] of Object.entries(meta)) tx.objectStore('meta').put(value, key);
}

const device = () => opened.get('takan-device') ?? open('takan-device', db => db.createObjectStore('current'));
export const currentPerson = () => reopening(device, db => db.get('current', 'person'));
export const setCurrentPerson = person => reopening(device, db => db.put('current', person, 'person'));
/** Of the device, not of a person: who signs next to the enterprise's machine reads it too. */
export const language = async () => await reopening(device, db => db.get('current', 'language')) ?? 'zh';
export const setLanguage = language => reopening(device, db => db.put('current', language, 'language'));
export const clearCurrentPerson = () => reopening(device, db => db.delete('current', 'person'));

/** The current person's database, or the named one's. */
export async function database(person) {
  const whose = person ?? await currentPerson();
  const name = `takan-${whose}`;
  if (opened.has(name)) return opened.get(name);
  const opening = thereOrNew(name, whose);
  opened.set(name, opening);
  opening.catch(() => opened.get(name) === opening && opened.delete(name));
  return opening;
}

/** Only a store that is not there asks what is left of one. Where that cannot be read it is not made:
 *  a later try may read it. */
async function thereOrNew(name, person) {
  const opening = open(name, (_, __, ___, tx) => { tx.done.catch(() => {}); tx.abort(); });
  return opening.catch(async error => {
    if (error?.name !== 'AbortError') throw error;
    const left = await remains(person);
    return open(name, (db, _, __, tx) => build(db, tx, left));
  });
}

export const withDatabase = (act, person) => reopening(() => database(person), act);

export const get = (store, key) => withDatabase(db => db.get(store, key));
export const put = (store, value, key) => withDatabase(async db => {
  const tx = db.transaction(store, 'readwrite', STRICT);
  tx.store.put(value, key);
  await tx.done;
});
export const remove = (store, key) => withDatabase(db => db.delete(store, key));
export const getMeta = key => get('meta', key);
export const setMeta = (key, value) => put('meta', value, key);
/** What helps but may be missing: a full phone still sends. */
export const note = (key, value) => setMeta(key, value).catch(() => {});

/** What the day was made ready with: another person's eyes may be the next. What waits stays, and of
 *  /today what `kept` leaves. In one transaction: two answers that say so may come at once. */
export async function forgetDay(person, kept) {
  await withDatabase(async db => {
    const tx = db.transaction(['contexts', 'meta'], 'readwrite');
    const [contexts, meta] = ['contexts', 'meta'].map(name => tx.objectStore(name));
    const [today, keys] = await Promise.all([contexts.get('/today'), meta.getAllKeys()]);
    contexts.clear();
    if (kept && today) contexts.put(kept(today), '/today');
    for (const key of keys) if (key.startsWith('ready:')) meta.delete(key);
    await tx.done;
  }, person);
  await globalThis.caches?.delete('plans');
}

/** Its person has typed PIN or password. What somebody of the enterprise began to judge and sign is
 *  not the next one's. */
export const deviceIsBack = () => withDatabase(async db => {
  const path = await db.get('meta', 'handover');
  const begun = path ? (await db.getAllKeys('drafts')).filter(key => key.startsWith(`${path}#`)) : [];
  const tx = db.transaction(['meta', 'drafts'], 'readwrite', STRICT);
  for (const key of begun) tx.objectStore('drafts').delete(key);
  for (const key of ['handover', 'stopped']) tx.objectStore('meta').put('', key);
  await tx.done;
});

export const keepContext = (person, path, json) => withDatabase(db => db.put('contexts', json, path), person);

export const operationsOf = visit => withDatabase(async db =>
  (await db.getAllFromIndex('operations', 'visit', visit)).sort((a, b) => a.seq - b.seq));
export const allOperations = person => withDatabase(db => db.getAllFromIndex('operations', 'seq'), person);

const UNDONE = ['waiting', 'photos', 'needs_you', 'held', 'other'];

export async function counts() {
  return withDatabase(async db => {
    const numbers = await Promise.all(UNDONE.map(state => db.countFromIndex('operations', 'state', state)));
    const found = Object.fromEntries(UNDONE.map((state, n) => [state, numbers[n]]));
    return {waiting: found.waiting + found.photos + found.held + found.other, needs_you: found.needs_you};
  });
}

/** What a record is made from, in one transaction: between the tap and 已存本机 each one counts. */
async function known(db, id, keys) {
  const tx = db.transaction(['meta', 'operations']);
  const [saved, ...values] = await Promise.all([tx.objectStore('operations').get(id), ...keys.map(key => tx.objectStore('meta').get(key))]);
  return [saved, Object.fromEntries(keys.map((key, n) => [key, values[n]]))];
}

/**
 * One transaction: the next number, the operation, the draft gone. Aborts unless every photo it
 * names is already stored. `prepare(seq, device, meta)` gives the record; `meta` has what `keys` name.
 */
export async function saveOperation(id, photos, prepare, {draft, keys = [], person} = {}) {
  return withDatabase(async db => {
    // Hashing is done before: a transaction ends as soon as it waits for anything else.
    for (let tries = 0; tries < 5; tries++) {
      const [saved, meta] = await known(db, id, ['device', 'seq', ...keys]);
      // Tried again, because the connection was lost just when this had been stored.
      if (saved) return saved;
      const seq = (meta.seq ?? 0) + 1;
      const record = await prepare(seq, meta.device ?? await deviceId(db), meta);
      const tx = db.transaction(['operations', 'photos', 'drafts', 'meta'], 'readwrite', STRICT);
      if ((await tx.objectStore('meta').get('seq') ?? 0) + 1 !== seq) { tx.abort(); await tx.done.catch(() => {}); continue; }
      for (const sha256 of photos) {
        if (!await tx.objectStore('photos').getKey(sha256)) { tx.abort(); await tx.done.catch(() => {}); throw new Error('photo_missing'); }
      }
      tx.objectStore('meta').put(seq, 'seq');
      tx.objectStore('operations').add(record);
      const used = usedUp(record.payload);
      if (used) tx.objectStore('meta').put(used[1], used[0]);
      if (draft) tx.objectStore('drafts').delete(draft);
      await tx.done;
      // Nobody waits for them: what has no room now, or no time, gets its copy with the next drain.
      for (const copied of [keep(record), mark(record.made_by, record.device, seq)]) copied.catch(() => {});
      return record;
    }
    throw new Error('busy');
  }, person);
}

/** This store's own id: person × browser profile. Made once, in its own transaction. */
export async function deviceId(given) {
  const db = given ?? await database();
  const known = await db.get('meta', 'device');
  if (known) return known;
  const tx = db.transaction('meta', 'readwrite', STRICT);
  let id = await tx.store.get('device');
  if (!id) { id = crypto.randomUUID(); tx.store.put(id, 'device'); }
  await tx.done;
  return id;
}

/** A picture and its thumbnail, durable before anyone counts on them; its size stands apart,
 *  so that saving a hazard need not read the bytes back. */
export const savePhoto = (sha256, photo, thumbnail) => withDatabase(async db => {
  const tx = db.transaction(['photos', 'thumbnails', 'meta'], 'readwrite', STRICT);
  tx.objectStore('photos').put(photo, sha256);
  if (thumbnail) tx.objectStore('thumbnails').put(thumbnail, sha256);
  tx.objectStore('meta').put({size: photo.bytes.byteLength, type: photo.type, at: new Date().toISOString()}, `photo:${sha256}`);
  await tx.done;
});

/** Change one operation's record under its own lock; `change` must not wait. */
export const updateOperation = (id, change) => withDatabase(async db => {
  const tx = db.transaction('operations', 'readwrite', STRICT);
  const record = await tx.store.get(id);
  if (record) tx.store.put(change(record));
  await tx.done;
});
