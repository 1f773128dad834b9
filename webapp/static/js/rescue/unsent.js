// What this phone still holds, read without the app: any version of the stores, every person's.
import {DONE} from '../answers.js';
import {people, remains} from '../copies.js';

const CURRENT = 'takan-device';
const LARGEST = 60 * 1024 * 1024; // a frame the reader takes; a phone keeps no photo half as large

const done = asked => new Promise((ok, no) => { asked.onsuccess = () => ok(asked.result); asked.onerror = () => no(asked.error); });

/** Whatever version is there; what is not there must not be made, or the app could never make it. */
async function open(name) {
  const asked = indexedDB.open(name);
  asked.onupgradeneeded = () => asked.transaction.abort();
  const db = await done(asked).catch(error => { if (error.name === 'AbortError') return null; throw error; });
  if (db) db.onversionchange = () => db.close();
  return db;
}

// A page that Safari puts away keeps what it began, and every other page waits for that for ever.
const begun = new Set();
globalThis.addEventListener?.('pagehide', () => { for (const tx of begun) try { tx.abort(); } catch { /* just done */ } });

/** `ask(store)` gives a request; undefined when there is no such store. Opened anew each time: iOS
 *  closes connections as it likes. */
async function read(name, store, ask) {
  const db = await open(name);
  if (!db) return undefined;
  try {
    return db.objectStoreNames.contains(store) ? await asking(db.transaction(store), store, ask) : undefined;
  } finally {
    db.close();
  }
}

async function asking(tx, store, ask) {
  begun.add(tx);
  for (const end of ['complete', 'abort']) tx.addEventListener(end, () => begun.delete(tx));
  return done(ask(tx.objectStore(store)));
}

async function names() {
  const current = await read(CURRENT, 'current', store => store.get('person'));
  const own = current ? `takan-${current}` : '';
  const listed = (await indexedDB.databases?.().catch(() => null))?.map(({name}) => name) ?? [own];
  const found = listed.filter(name => name.startsWith('takan-') && name !== CURRENT);
  // The person who is here now comes first.
  return {own, found: found.sort((a, b) => (b === own) - (a === own))};
}

const undelivered = ({state}) => !DONE.includes(state);
const meta = (name, key) => read(name, 'meta', store => store.get(key));
const list = value => Array.isArray(value) ? value : [];
const unsentPhotos = ({photos, photos_sent}) => list(photos).filter(({sha256}) => !list(photos_sent).includes(sha256));

/** A delivered record goes along when its visit is not whole yet: a server restored from an older
 *  copy would refuse what hangs on it. */
function worthSaving(operations) {
  const visits = new Set(operations.filter(undelivered).map(o => o.visit));
  return operations.filter(o => undelivered(o) || visits.has(o.visit)).sort((a, b) => a.seq - b.seq);
}

async function draftsOf(name) {
  const drafts = [];
  for (const address of await read(name, 'drafts', store => store.getAllKeys()) ?? []) {
    const fields = await read(name, 'drafts', store => store.get(address));
    if (fields) drafts.push({address, fields});
  }
  return drafts;
}

async function storeOf(name, own) {
  const person = name.slice('takan-'.length);
  const every = await read(name, 'operations', store => store.getAll()) ?? [];
  const here = new Set(await read(name, 'photos', store => store.getAllKeys()));
  const sent = new Set(every.flatMap(o => list(o.photos_sent)));
  const unsent = every.filter(undelivered);
  const drafts = await draftsOf(name);
  const photos = unsent.flatMap(o => unsentPhotos(o).map(({sha256}) => ({sha256, operation: o.id, person: o.made_by})));
  for (const {address, fields} of drafts) {
    // An edit's draft also names what was sent before, or what another phone took.
    for (const sha256 of list(fields.photos)) if (here.has(sha256) && !sent.has(sha256)) photos.push({sha256, draft: address, person});
  }
  return {
    name, person, mine: name === own, device: await meta(name, 'device') ?? '', key: await meta(name, 'rescue_key') ?? '',
    operations: worthSaving(every), unsent, drafts, photos, every: new Set(every.map(({id}) => id)),
  };
}

/** {all, unreadable}: one store that cannot be read must not hide the others. */
export async function stores() {
  const {own, found} = await names();
  const all = [];
  for (const name of found) await storeOf(name, own).then(store => all.push(store), console.error);
  const unreadable = found.length - all.length;
  await withCopies(all).catch(console.error);
  return {all, unreadable};
}

/** What has only its copy any more: the browser threw its store away, or cannot read it. */
async function withCopies(all) {
  for (const person of await people()) {
    const {records} = await remains(person);
    const here = all.find(store => store.person === person);
    const lost = records.filter(({id}) => !here?.every.has(id));
    if (!lost.length) continue;
    const empty = {name: '', person, mine: false, device: lost[0].device, key: '', operations: [], unsent: [], drafts: [], photos: []};
    const store = here ?? (all.push(empty), empty);
    store.operations.push(...lost);
    store.unsent.push(...lost);
  }
}

async function photoBytes(name, sha256) {
  const found = await read(name, 'photos', store => store.get(sha256)).catch(() => undefined);
  const bytes = found && new Uint8Array(await new Response(found.bytes).arrayBuffer());
  return bytes?.length && bytes.length <= LARGEST ? {bytes, type: found.type} : null;
}

const json = value => new TextEncoder().encode(JSON.stringify(value));

/** Records first, words after, photos last: a file cut short has lost the least. Ends with what
 *  could not be found. */
export async function* parts(all) {
  for (const {operations, person} of all) {
    for (const o of operations) {
      if (typeof o.body === 'string') yield [{kind: 'operation', person: o.made_by, id: o.id}, new TextEncoder().encode(o.body)];
      // Of a build we do not know: not to be delivered, but to be read.
      else yield [{kind: 'draft', person, address: o.id}, json(o)];
    }
  }
  for (const {drafts, person} of all) for (const {address, fields} of drafts) yield [{kind: 'draft', person, address}, json(fields)];
  const lost = [];
  for (const {name, photos} of all) {
    for (const photo of photos) {
      const found = await photoBytes(name, photo.sha256);
      if (found) yield [{kind: 'photo', ...photo, type: found.type}, found.bytes];
      else lost.push(photo.sha256);
    }
  }
  yield [{kind: 'end', lost}];
}
