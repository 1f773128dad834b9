// One photo that does not go keeps back neither the others nor the word to the office.
import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import {after, beforeEach, test} from 'node:test';
import {news} from '../../webapp/static/js/news.js';
import {sendPhotos} from '../../webapp/static/js/send_photos.js';
import * as store from '../../webapp/static/js/store.js';

const SIZE = 4;
let people = 0;
let asked;
const applied = {outcome: 'applied', reason: null};
const told = () => {};

beforeEach(async () => {
  await store.setCurrentPerson(`p${++people}`);
  asked = [];
});
after(() => news.close());

/** An operation of which the office knows; `photos` are names, and their bytes are there. */
async function decided(id, photos, more = {}) {
  for (const sha256 of photos) await store.put('photos', {bytes: new ArrayBuffer(SIZE), type: 'image/jpeg'}, sha256);
  await store.put('operations', {
    id, seq: asked.length + 1, visit: 'v', state: 'photos', receipt: applied, problem: null, photos_sent: [],
    photos: photos.map(sha256 => ({sha256, size: SIZE, type: 'image/jpeg'})), ...more,
  });
}

/** The office: takes every photo but those `spoilt` answers for. */
const office = (spoilt = {}) => async path => {
  const [, sha256] = path.match(/photos\/(\w+)\?/);
  asked.push(sha256);
  return {after: 0, ...spoilt[sha256] ?? {status: 200, json: {takan: 'sync/1', sha256, size: SIZE}}};
};
const error = (status, code) => ({status, json: {takan: 'sync/1', error: {code, params: {}}}});
const state = async id => (await store.get('operations', id)).state;

const nobody = async () => false; // no contact gets through either

test('a 500 leaves that photo for later, and the others go', async () => {
  await decided('o1', ['a', 'b']);
  await decided('o2', ['c', 'd']);
  assert.deepEqual(await sendPhotos(office({a: error(500, 'http_500')}), told, nobody), {wait: 0});
  assert.deepEqual(asked.sort(), ['a', 'b', 'c', 'd']);
  assert.deepEqual([await state('o1'), await state('o2')], ['photos', 'delivered']);
  assert.deepEqual(await sendPhotos(office(), told, nobody), {});
  assert.equal(await state('o1'), 'delivered');
});

test('an office that never lets a photo go on is left alone after a while', async () => {
  await decided('o1', ['a', 'b']);
  const nowhere = {status: 409, json: {takan: 'sync/1', error: {code: 'offset', params: {offset: 0}}}};
  assert.deepEqual(await sendPhotos(office({a: nowhere}), told, nobody), {wait: 0});
  assert.deepEqual((await store.get('operations', 'o1')).photos_sent, ['b']);
});

test('a refused photo is for a person, once; the rest of its record still goes', async () => {
  await decided('o1', ['a', 'b', 'c']);
  await sendPhotos(office({a: error(413, 'http_413'), b: {status: 0, json: null}}), told, nobody);
  assert.equal(await state('o1'), 'needs_you');
  asked = [];
  assert.deepEqual(await sendPhotos(office(), told, nobody), {});
  assert.ok(!asked.includes('a'));
  const {photos_sent, problem} = await store.get('operations', 'o1');
  assert.deepEqual([photos_sent.sort(), problem.code], [['b', 'c'], 'http_413']);
  assert.equal(await state('o1'), 'needs_you');
});

test('no network, and 429, end it: the next one would fare no better', async () => {
  for (const answer of [{status: 0, json: null}, error(429, 'busy')]) {
    asked = [];
    await decided(`o${answer.status}`, ['a', 'b', 'c', 'd', 'e', 'f']);
    const all = Object.fromEntries([...'abcdef'].map(name => [name, answer]));
    assert.equal((await sendPhotos(office(all), told, nobody)).wait, 0);
    assert.ok(asked.length <= 2);
  }
});

test('photos of a refused record, or of one that is not decided, are not sent', async () => {
  await decided('o1', ['a'], {state: 'needs_you', receipt: {outcome: 'refused'}});
  await decided('o2', ['b'], {state: 'waiting', receipt: null});
  await decided('o3', ['c'], {state: 'needs_you', receipt: {outcome: 'conflict'}, problem: {code: 'same_id'}});
  await sendPhotos(office(), told, nobody);
  assert.deepEqual(asked, ['c']);
});

test('a photo that nothing lets through keeps back no other while the office is there', async () => {
  asked = [];
  await decided('o7', ['a', 'b', 'c']);
  assert.deepEqual(await sendPhotos(office({a: {status: 403, json: null}}), told, async () => true), {wait: 0});
  assert.deepEqual((await store.get('operations', 'o7')).photos_sent.sort(), ['b', 'c']);
});
