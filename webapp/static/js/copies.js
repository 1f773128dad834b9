// A second copy of every record that waits, outside IndexedDB. On a full disk Chromium may write half
// a line to its log, call that damage at the next opening, and throw every store away
// (electron/electron#41877). Photos have none: they would take the room twice.
const NAME = 'copies';
const folder = person => `/copies/${person}/`;
const placeOf = (person, id) => folder(person) + id;

/** What of `person` has a copy: the ids of records. */
export async function kept(person) {
  if (!await globalThis.caches?.has(NAME)) return [];
  const found = await (await caches.open(NAME)).keys();
  return found.map(({url}) => new URL(url).pathname).filter(path => path.startsWith(folder(person)))
    .map(path => path.slice(folder(person).length));
}

/** A full phone may have no room for it: it has the record in its store. */
export async function keep(record) {
  const cache = await globalThis.caches?.open(NAME);
  await cache?.put(placeOf(record.made_by, record.id), new Response(JSON.stringify(record)));
}

export const drop = async (person, id) => (await caches.open(NAME)).delete(placeOf(person, id));

/** The records that waited when their store was thrown away, in their order. */
export async function copies(person) {
  const found = [];
  for (const id of await kept(person)) {
    const answer = await (await caches.open(NAME)).match(placeOf(person, id));
    const record = await answer?.json().catch(() => null);
    if (record?.id) found.push(record);
  }
  return found.sort((a, b) => a.seq - b.seq);
}
