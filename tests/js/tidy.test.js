// What the phone forgets, and what it must not.
import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import {beforeEach, test} from 'node:test';
import * as store from '../../webapp/static/js/store.js';
import {forget, tidy, withRoom} from '../../webapp/static/js/tidy.js';

const DAY = 864e5;
const ago = days => new Date(Date.now() - days * DAY).toISOString();

async function kept(id, state, days, sha256) {
  await store.savePhoto(sha256, {bytes: new ArrayBuffer(9), type: 'image/jpeg'}, new ArrayBuffer(2));
  const at = {size: 9, type: 'image/jpeg', at: ago(days)};
  await store.setMeta(`photo:${sha256}`, at);
  const receipt = state === 'waiting' ? null : {received_at: ago(days)};
  await store.put('operations', {id, seq: Number(id), visit: 'v', state, receipt, payload: {photos: [sha256]}, photos: [{sha256}], photos_sent: []});
}

beforeEach(async () => {
  await store.setCurrentPerson(crypto.randomUUID());
  await kept('1', 'delivered', 40, 'old');
  await kept('2', 'delivered', 5, 'recent');
  await kept('3', 'waiting', 90, 'waits');
  await kept('4', 'needs_you', 90, 'refused');
});

const left = async name => (await store.withDatabase(db => db.getAllKeys(name))).sort();

test('delivered and old goes with its picture; what waits or needs a person stays for ever', async () => {
  await forget(30 * DAY);
  assert.deepEqual(await left('operations'), ['2', '3', '4']);
  assert.deepEqual(await left('photos'), ['recent', 'refused', 'waits']);
  assert.deepEqual(await left('thumbnails'), ['recent', 'refused', 'waits']);
  assert.equal(await store.getMeta('photo:old'), undefined);
});

test('a picture of a draft stays, an abandoned old one goes, one just taken stays', async () => {
  await store.savePhoto('fresh', {bytes: new ArrayBuffer(9), type: 'image/jpeg'});
  for (const name of ['drafted', 'abandoned']) {
    await store.savePhoto(name, {bytes: new ArrayBuffer(9), type: 'image/jpeg'});
    await store.setMeta(`photo:${name}`, {size: 9, type: 'image/jpeg', at: ago(40)});
  }
  await store.put('drafts', {photos: ['drafted']}, '/d');
  await forget(30 * DAY);
  assert.deepEqual(await left('photos'), ['drafted', 'fresh', 'recent', 'refused', 'waits']);
});

test('an edit that names an older picture keeps it', async () => {
  await store.put('operations', {id: '5', seq: 5, visit: 'v', state: 'waiting', receipt: null, payload: {photos: ['old']}, photos: [], photos_sent: []});
  await forget(30 * DAY);
  assert.ok((await left('photos')).includes('old'));
});

test('once a day is enough', async () => {
  await tidy();
  await kept('6', 'delivered', 40, 'later');
  await tidy();
  assert.ok((await left('photos')).includes('later'));
});

test('a full phone makes room once, and gives up honestly when there is none', async () => {
  let tries = 0;
  const full = () => { tries++; throw new DOMException('full', 'QuotaExceededError'); };
  await assert.rejects(withRoom(async () => full()), {name: 'QuotaExceededError'});
  assert.equal(tries, 2);
  assert.deepEqual(await left('photos'), ['refused', 'waits']);
});
