// The phone's own promise: numbers without gaps, nothing saved whose photo is not there.
import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import {before, test} from 'node:test';
import {labelKeyOf, labelled} from '../../webapp/static/js/labels.js';
import * as store from '../../webapp/static/js/store.js';

const made = (seq, device, id) => ({id, seq, device, visit: 'v1', state: 'waiting', made_at: '', photos: [], photos_sent: []});
const save = (id, photos = [], draft) => store.saveOperation(id, photos, async (seq, device) => made(seq, device, id), {draft});

before(() => store.setCurrentPerson('p1'));

test('numbers have no gaps, even when four are saved at once', async () => {
  await Promise.all(Array.from({length: 4}, (_, n) => save(`a${n}`)));
  const seqs = (await store.allOperations()).map(o => o.seq);
  assert.deepEqual(seqs, [1, 2, 3, 4]);
});

test('a missing photo aborts everything: no record, no number, the draft stays', async () => {
  await store.put('drafts', {description: ['写到一半']}, '/d');
  await assert.rejects(save('b1', ['nowhere'], '/d'), /photo_missing/);
  assert.equal(await store.get('operations', 'b1'), undefined);
  assert.equal(await store.getMeta('seq'), 4);
  assert.deepEqual(await store.get('drafts', '/d'), {description: ['写到一半']});
});

test('saving takes the draft with it, in the same transaction', async () => {
  await store.put('photos', {bytes: new ArrayBuffer(3), type: 'image/jpeg'}, 'here');
  await save('b2', ['here'], '/d');
  assert.equal(await store.get('drafts', '/d'), undefined);
  assert.equal((await store.get('operations', 'b2')).seq, 5);
});

test('one store keeps one device id, and counts what waits', async () => {
  const [one, two] = await Promise.all([store.deviceId(), store.deviceId()]);
  assert.equal(one, two);
  assert.deepEqual(await store.counts(), {waiting: 5, needs_you: 0});
});

test('another person has another outbox', async () => {
  await store.setCurrentPerson('p2');
  assert.deepEqual(await store.allOperations(), []);
  await store.setCurrentPerson('p1');
  assert.equal((await store.allOperations()).length, 5);
});

test('a label that another tab took meanwhile gives way, even when both are saved at once', async () => {
  const saved = (id, label, visit_id = 'v1') => {
    const begun = {id, payload: {visit_id, label}};
    const key = labelKeyOf(begun);
    return store.saveOperation(id, [], async (seq, device, meta) => ({...made(seq, device, id), ...labelled(begun, meta[key])}), {keys: [key]});
  };
  const labels = async (...given) => (await Promise.all(given)).map(o => o.payload.label);
  assert.deepEqual((await labels(saved('l1', 'L1'), saved('l2', 'L1'), saved('l3', 'L1'))).sort(), ['L1', 'L2', 'L3']);
  assert.deepEqual(await labels(saved('l4', 'L9')), ['L9']);
  assert.deepEqual(await labels(saved('l5', 'L4')), ['L10']);
  assert.deepEqual(await labels(saved('l6', 'Lk1'), saved('l7', 'L1', 'v2')), ['Lk1', 'L1']);
});

test('a store that WebKit lost is opened again, for reading and for saving', async () => {
  const {transaction} = IDBDatabase.prototype;
  const lose = () => {
    IDBDatabase.prototype.transaction = () => {
      IDBDatabase.prototype.transaction = transaction;
      throw new DOMException('Connection to Indexed Database server lost. Refresh the page to try again', 'UnknownError');
    };
  };
  lose();
  assert.equal(await store.getMeta('seq'), (await store.allOperations()).length);
  lose();
  assert.equal((await save('u1')).id, 'u1');
});

test('what was stored when the connection was lost is not stored a second time', async () => {
  const once = await save('u2');
  assert.deepEqual(await save('u2'), once);
  assert.equal(await store.getMeta('seq'), once.seq);
});

test('two answers that take the day away at once leave what 待上传 needs', async () => {
  await store.setCurrentPerson('p3');
  await store.keepContext('p3', '/today', {person: {id: 'p3'}, visits: [1]});
  await store.keepContext('p3', '/visits/v1', {hazards: [1]});
  await store.setMeta('ready:v1', 'yes');
  const without = today => ({...today, visits: []});
  await Promise.all([store.forgetDay('p3', without), store.forgetDay('p3', without)]);
  assert.deepEqual(await store.get('contexts', '/today'), {person: {id: 'p3'}, visits: []});
  assert.equal(await store.get('contexts', '/visits/v1'), undefined);
  assert.equal(await store.getMeta('ready:v1'), undefined);
  await store.forgetDay('p3');
  assert.equal(await store.get('contexts', '/today'), undefined);
  await store.setCurrentPerson('p1');
});
