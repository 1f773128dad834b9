// A second copy of every record that waits, outside IndexedDB. On a full disk Chromium may write half
// a line to its log, call that damage at the next opening, and throw every store away
// (electron/electron#41877). Photos have none: they would take the room twice.
//   /copies/<person>/<id>    a record that waits
//   /copies/<person>/        {device, seq}: there was a store, and this is how far its numbers went;
//                            a cookie says it too, for short of room a browser evicts all but cookies
const NAME = 'copies';
const folder = person => `/copies/${person}/`;

async function paths() {
  if (!await globalThis.caches?.has(NAME)) return [];
  return (await (await caches.open(NAME)).keys()).map(({url}) => new URL(url).pathname);
}

/** Whose store left something here. */
export const people = async () => [...new Set((await paths()).map(path => path.split('/')[2]))];

/** The ids of the records of `person` that have a copy. */
export const kept = async person => (await paths()).filter(path => path.startsWith(folder(person)))
  .map(path => path.slice(folder(person).length)).filter(Boolean);

/** What is known of a store that is no more: {device, seq} or null, and the records that waited in it,
 *  in their order. One that cannot be read does not keep the others back. */
export async function remains(person) {
  const mine = (await paths()).filter(path => path.startsWith(folder(person)));
  const read = async path => (await (await caches.open(NAME)).match(path))?.json().catch(() => null);
  const found = new Map(await Promise.all(mine.map(async path => [path, await read(path)])));
  const records = [...found.values()].filter(one => one?.body).map(one => ({...one, payload: JSON.parse(one.body).payload}));
  const marks = [found.get(folder(person)), cookieOf(person)].filter(Boolean).sort((a, b) => b.seq - a.seq);
  return {known: marks[0] ?? null, records: records.sort((a, b) => a.seq - b.seq)};
}

/** A full phone may have no room for it: it has the record in its store. The payload stands in the body. */
export async function keep({payload, ...record}) {
  const cache = await globalThis.caches?.open(NAME);
  await cache?.put(folder(record.made_by) + record.id, new Response(JSON.stringify(record)));
}

/** How far the numbers of this store went: none is given twice, whatever becomes of it. */
export async function mark(person, device, seq) {
  // A page's; the worker, which has no cookies, saves nothing.
  if (globalThis.document) document.cookie = `store-${person}=${device}.${seq}; path=/; max-age=31536000; samesite=lax`;
  const cache = await globalThis.caches?.open(NAME);
  await cache?.put(folder(person), new Response(JSON.stringify({device, seq})));
}

function cookieOf(person) {
  const [, device, seq] = globalThis.document?.cookie.match(new RegExp(`store-${person}=([^.;]+)\\.(\\d+)`)) ?? [];
  return device && {device, seq: Number(seq)};
}

export const drop = async (person, id) => (await caches.open(NAME)).delete(folder(person) + id);
