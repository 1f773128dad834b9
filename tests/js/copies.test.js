// What a browser that throws its stores away leaves: the second copies, from which a new store begins.
import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import {beforeEach, test} from 'node:test';

/** Of the Cache API what copies.js asks: kept by address, gone with nothing but delete. */
class Kept {
  answers = new Map();
  put = async (path, answer) => void this.answers.set(path, await answer.text());
  match = async path => this.answers.has(path) ? new Response(this.answers.get(path)) : undefined;
  delete = async path => this.answers.delete(path);
  keys = async () => [...this.answers.keys()].map(path => ({url: `https://takan.example${path}`}));
}
const named = new Map();
globalThis.caches = {
  has: async name => named.has(name),
  open: async name => named.get(name) ?? named.set(name, new Kept()).get(name),
};

const store = await import('../../webapp/static/js/store.js');
const {opened} = await import('../../webapp/static/js/connections.js');
const {copied} = await import('../../webapp/static/js/tidy.js');
const {kept, keep} = await import('../../webapp/static/js/copies.js');

let person;
const save = id => store.saveOperation(id, [], async (seq, device) => ({id, seq, device, made_by: person, visit: 'v', state: 'waiting', photos: [], photos_sent: []}));
const soon = () => new Promise(resolve => setTimeout(resolve, 10));

async function thrownAway() {
  for (const opening of opened.values()) (await opening).close();
  opened.clear();
  await new Promise(ok => { indexedDB.deleteDatabase(`takan-${person}`).onsuccess = ok; });
}

beforeEach(async () => {
  person = crypto.randomUUID();
  await store.setCurrentPerson(person);
});

test('what waited comes back, under the same phone, and its numbers go on', async () => {
  for (const id of ['a', 'b', 'c']) await save(id);
  const device = await store.deviceId();
  await soon();
  await thrownAway();
  assert.deepEqual((await store.allOperations()).map(o => [o.id, o.seq]), [['a', 1], ['b', 2], ['c', 3]]);
  assert.equal(await store.deviceId(), device);
  assert.equal((await save('d')).seq, 4);
  assert.equal((await store.getMeta('recovered')).records, 3);
  await store.forgetRecovery();
  assert.equal(await store.getMeta('recovered'), null);
});

test('what is done has no copy any more, what has none yet gets one, and nobody else’s is touched', async () => {
  await keep({id: 'other', made_by: 'somebody'});
  for (const id of ['a', 'b']) await save(id);
  await soon();
  await store.updateOperation('a', now => ({...now, state: 'delivered'}));
  await store.put('operations', {id: 'c', seq: 3, made_by: person, visit: 'v', state: 'photos', photos: [], photos_sent: []});
  await copied(person);
  assert.deepEqual((await kept(person)).sort(), ['b', 'c']);
  assert.deepEqual(await kept('somebody'), ['other']);
});

test('a new person’s store begins empty and says nothing', async () => {
  assert.deepEqual(await store.allOperations(), []);
  assert.equal(await store.getMeta('recovered'), undefined);
});

test('a copy that was cut does not keep the others back', async () => {
  for (const id of ['a', 'b']) await save(id);
  await soon();
  (await caches.open('copies')).answers.set(`/copies/${person}/a`, '{"id":"a","se');
  await thrownAway();
  assert.deepEqual((await store.allOperations()).map(o => o.id), ['b']);
});
