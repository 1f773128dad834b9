// Everything unsent, read without the app: other persons, older and newer stores, nothing made.
import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import {test} from 'node:test';
import * as store from '../../webapp/static/js/store.js';
import {parts, stores} from '../../webapp/static/js/rescue/unsent.js';

const text = bytes => new TextDecoder().decode(bytes);
const operation = (id, seq, more = {}) => ({
  id, seq, visit: 'v1', state: 'waiting', made_by: 'p1', made_at: '', photos: [], photos_sent: [], body: `{"id":"${id}"}`, ...more,
});

function made(name, version, names, fill) {
  return new Promise((ok, no) => {
    const asked = indexedDB.open(name, version);
    asked.onupgradeneeded = () => names.forEach(one => asked.result.createObjectStore(one, one === 'operations' ? {keyPath: 'id'} : {}));
    asked.onsuccess = () => {
      const tx = asked.result.transaction(names, 'readwrite');
      fill(one => tx.objectStore(one));
      tx.oncomplete = () => { asked.result.close(); ok(); };
    };
    asked.onerror = () => no(asked.error);
  });
}

async function gathered() {
  const {all} = await stores();
  const found = [];
  for await (const [about, bytes] of parts(all)) found.push({...about, text: bytes && text(bytes)});
  return found;
}

test('a phone without stores gives an empty file, and none is made', async () => {
  assert.deepEqual(await stores(), {all: [], unreadable: 0});
  assert.deepEqual(await gathered(), [{kind: 'end', lost: [], text: undefined}]);
  assert.deepEqual(await indexedDB.databases(), []);
  // The app can still make its own.
  await store.setCurrentPerson('p1');
  await store.setMeta('rescue_key', 'K');
  assert.equal(await store.currentPerson(), 'p1');
});

test('what is not delivered goes, with what is not sent of it; words after records, photos last', async () => {
  const photo = word => ({bytes: new TextEncoder().encode(word).buffer, type: 'image/jpeg'});
  const tx = await store.withDatabase(async db => {
    const tx = db.transaction(['operations', 'photos', 'drafts'], 'readwrite');
    const operations = tx.objectStore('operations');
    operations.add(operation('b', 2, {photos: [{sha256: 'one'}, {sha256: 'two'}, {sha256: 'gone'}], photos_sent: ['one'], state: 'photos'}));
    operations.add(operation('a', 1, {state: 'delivered', photos: [{sha256: 'old'}]}));
    operations.add(operation('c', 3, {state: 'delivered', visit: 'v2'}));
    operations.add(operation('d', 4, {state: 'needs_you', visit: 'v3'}));
    for (const name of ['one', 'two', 'old', 'draft']) tx.objectStore('photos').put(photo(name), name);
    tx.objectStore('drafts').put({description: ['写到一半'], photos: ['draft', 'one', 'elsewhere']}, '/visits/v1/hazards/new#');
    await tx.done;
  });
  const found = await gathered();
  assert.deepEqual(found.map(part => [part.kind, part.id ?? part.address ?? part.sha256 ?? part.lost]), [
    ['operation', 'a'], ['operation', 'b'], ['operation', 'd'], ['draft', '/visits/v1/hazards/new#'],
    ['photo', 'two'], ['photo', 'draft'], ['end', ['gone']],
  ]);
  assert.equal(found[1].text, '{"id":"b"}');
  assert.equal(JSON.parse(found[3].text).description[0], '写到一半');
  assert.deepEqual([found[4].operation, found[4].person, found[4].type, found[4].text], ['b', 'p1', 'image/jpeg', 'two']);
  assert.deepEqual([found[5].draft, found[5].person], ['/visits/v1/hazards/new#', 'p1']);
});

test('a colleague, an older store and a newer one: each as far as it can be read', async () => {
  await made('takan-p0', 1, ['operations'], store => store('operations').add(operation('old', 1, {made_by: 'p0'})));
  await made('takan-p2', 7, ['operations', 'photos', 'drafts', 'meta', 'new_things'], store => {
    store('operations').add({id: 'x', seq: 1, state: 'waiting', format: 2, sealed: 'what we do not know'});
    store('meta').put('phone-2', 'device');
  });
  await made('other-site', 1, ['operations'], store => store('operations').add(operation('not-ours', 1)));
  const {all, unreadable} = await stores();
  assert.equal(unreadable, 0);
  assert.deepEqual(all.map(one => [one.person, one.mine, one.device, one.unsent.length]), [
    ['p1', true, '', 2], ['p0', false, '', 1], ['p2', false, 'phone-2', 1]]);
  const found = await gathered();
  assert.equal(found.find(part => part.id === 'old').person, 'p0');
  const odd = found.find(part => part.address === 'x');
  assert.equal(odd.kind, 'draft');
  assert.match(odd.text, /what we do not know/);
  assert.ok(!found.some(part => part.id === 'not-ours'));
});

test('a store that cannot be read hides no other', async () => {
  const {open} = indexedDB;
  indexedDB.open = name => { if (name === 'takan-p0') throw new Error('damaged'); return open.call(indexedDB, name); };
  const {all, unreadable} = await stores();
  indexedDB.open = open;
  assert.deepEqual([all.map(one => one.person), unreadable], [['p1', 'p2'], 1]);
});

test('signed out, and in a browser that does not list its databases', async () => {
  await store.clearCurrentPerson();
  assert.equal((await stores()).all.length, 3);
  const {databases} = indexedDB;
  indexedDB.databases = undefined;
  assert.equal((await stores()).all.length, 0);
  await store.setCurrentPerson('p1');
  assert.deepEqual((await stores()).all.map(one => one.person), ['p1']);
  indexedDB.databases = databases;
});
