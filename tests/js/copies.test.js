// What a browser that throws its stores away leaves: the second copies, from which a new store begins.
import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import {beforeEach, test} from 'node:test';

/** Of the Cache API what copies.js asks: kept by address, gone with nothing but delete. */
class Kept {
  answers = new Map();
  full = () => false;
  put = async (path, answer) => {
    if (this.full(path)) throw new DOMException('', 'QuotaExceededError');
    this.answers.set(path, await answer.text());
  };
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
const {kept, keep, people} = await import('../../webapp/static/js/copies.js');
const {stores} = await import('../../webapp/static/js/rescue/unsent.js');

let person;
const cache = async () => caches.open('copies');
const made = (id, seq, device, more) => {
  const one = {id, seq, device, made_by: person, visit: 'v', state: 'waiting', photos: [], photos_sent: [], payload: {label: id}, ...more};
  return {...one, body: JSON.stringify({id, payload: one.payload})};
};
const save = (id, more) => store.saveOperation(id, [], async (seq, device) => made(id, seq, device, more));
const soon = () => new Promise(resolve => setTimeout(resolve, 10));
const ids = async () => (await store.allOperations()).map(o => o.id);
const done = id => store.updateOperation(id, now => ({...now, state: 'delivered'}));

async function thrownAway(name = `takan-${person}`) {
  for (const opening of opened.values()) (await opening).close();
  opened.clear();
  await new Promise(ok => { indexedDB.deleteDatabase(name).onsuccess = ok; });
}

beforeEach(async () => {
  named.clear();
  person = crypto.randomUUID();
  await store.setCurrentPerson(person);
});

test('what waited comes back whole, under the same phone, and its numbers go on', async () => {
  for (const id of ['a', 'b', 'c']) await save(id);
  const device = await store.deviceId();
  await soon();
  await thrownAway();
  assert.deepEqual((await store.allOperations()).map(o => [o.id, o.seq, o.payload.label]), [['a', 1, 'a'], ['b', 2, 'b'], ['c', 3, 'c']]);
  assert.equal(await store.deviceId(), device);
  assert.equal((await save('d')).seq, 4);
  assert.equal((await store.getMeta('recovered')).records, 3);
});

test('a number that was delivered is not given again', async () => {
  for (const id of ['a', 'b', 'c', 'd']) await save(id);
  await soon();
  for (const id of ['b', 'c', 'd']) await done(id);
  await copied(person);
  await thrownAway();
  assert.deepEqual(await ids(), ['a']);
  assert.equal((await save('e')).seq, 5);
});

test('a store that is gone with nothing waiting is told of, and its numbers go on', async () => {
  for (const id of ['a', 'b']) await save(id);
  await soon();
  for (const id of ['a', 'b']) await done(id);
  await copied(person);
  await thrownAway();
  assert.deepEqual(await ids(), []);
  assert.equal((await store.getMeta('recovered')).records, 0);
  assert.equal((await save('c')).seq, 3);
});

test('what is done has no copy any more, what has none yet gets one, and nobody else’s is touched', async () => {
  await keep({id: 'other', made_by: 'somebody', body: '{}'});
  for (const id of ['a', 'b']) await save(id);
  await soon();
  await done('a');
  await (await cache()).delete(`/copies/${person}/b`);
  await copied(person);
  assert.deepEqual(await kept(person), ['b']);
  assert.deepEqual(await kept('somebody'), ['other']);
});

test('copies that cannot be read are not lost: no store is made, and a later try finds them', async () => {
  for (const id of ['a', 'b']) await save(id);
  await soon();
  await thrownAway();
  const {keys} = await cache();
  (await cache()).keys = async () => { throw new Error('full'); };
  await assert.rejects(store.allOperations(), /full/);
  (await cache()).keys = keys;
  assert.deepEqual(await ids(), ['a', 'b']);
});

test('a store that an older build made anew gets what only the copies know', async () => {
  for (const id of ['a', 'b']) await save(id);
  await soon();
  const copies = new Map((await cache()).answers);
  await thrownAway();
  named.clear();
  await ids();
  (await cache()).answers = copies;
  await copied(person);
  assert.deepEqual(await ids(), ['a', 'b']);
  assert.deepEqual((await kept(person)).sort(), ['a', 'b']);
});

test('a colleague who signs in meanwhile costs the owner no copy', async () => {
  for (const id of ['a', 'b']) await save(id);
  await soon();
  await store.setCurrentPerson('somebody');
  await copied(person);
  await store.clearCurrentPerson();
  await copied(person);
  assert.deepEqual((await kept(person)).sort(), ['a', 'b']);
});

test('one that has no room keeps back no other, and no room that is given up', async () => {
  for (const id of ['a', 'b', 'c']) await save(id);
  await soon();
  await done('a');
  const full = await cache();
  for (const id of ['b', 'c']) await full.delete(`/copies/${person}/${id}`);
  full.full = path => path.endsWith('/b');
  await copied(person);
  assert.deepEqual(await kept(person), ['c']);
});

test('a new person’s store begins empty and says nothing', async () => {
  assert.deepEqual(await ids(), []);
  assert.equal(await store.getMeta('recovered'), undefined);
});

test('a copy that was cut does not keep the others back', async () => {
  for (const id of ['a', 'b']) await save(id);
  await soon();
  (await cache()).answers.set(`/copies/${person}/a`, '{"id":"a","se');
  await thrownAway();
  assert.deepEqual(await ids(), ['b']);
});

test('what was refused by the store has no copy that could come back', async () => {
  await assert.rejects(store.saveOperation('x', ['nowhere'], async (seq, device) => made('x', seq, device)), /photo_missing/);
  await soon();
  assert.deepEqual(await kept(person), []);
});

test('the rescue file finds what only the copies know, also with nobody signed in', async () => {
  for (const id of ['a', 'b']) await save(id);
  await soon();
  await thrownAway();
  await store.clearCurrentPerson();
  assert.deepEqual(await people(), [person]);
  const {all} = await stores();
  assert.deepEqual(all.find(one => one.person === person).unsent.map(o => o.id), ['a', 'b']);
});

test('evicted with all its copies, a store is told of by the cookie, and its numbers go on', async () => {
  globalThis.document = {cookie: ''};
  for (const id of ['a', 'b']) await save(id);
  const device = await store.deviceId();
  await soon();
  document.cookie = `language=zh; ${document.cookie.split(';')[0]}`; // as a browser gives them back
  await thrownAway();
  named.clear();
  assert.deepEqual(await ids(), []);
  assert.equal(await store.deviceId(), device);
  assert.equal((await store.getMeta('recovered')).records, 0);
  assert.equal((await save('c')).seq, 3);
  delete globalThis.document;
});
