// 两处修改 on the phone: photos go first, then a person is asked, until somebody has chosen.
import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import {beforeEach, test} from 'node:test';
import {chosen, judge, whole} from '../../webapp/static/js/answers.js';
import {items} from '../../webapp/static/js/items.js';
import {overlayVisit} from '../../webapp/static/js/overlay.js';
import {overlayToday} from '../../webapp/static/js/overlay_today.js';
import * as store from '../../webapp/static/js/store.js';
import {forget} from '../../webapp/static/js/tidy.js';
import {extras} from '../../webapp/static/js/views.js';
import {hazard, record, visitContext} from './context.mjs';

globalThis.BroadcastChannel = class { postMessage() {} };
const {sendPhotos} = await import('../../webapp/static/js/send_photos.js');
const reason = {code: 'edited_meanwhile', params: {}};
const receipt = {operation_id: 'o1', digest: 'd1', outcome: 'conflict', reason, server_seq: 4, epoch: 'e1', received_at: '2026-01-01'};
const answer = missing => ({status: 201, after: 0, json: {takan: 'sync/1', receipt, photos_missing: missing}});
const edit = more => record('o1', 'hazard.edit', {...hazard(''), hazard_id: 'h1'}, {digest: 'd1', base: 'h1', ...more});
const put = o => store.put('operations', o);

beforeEach(() => store.setCurrentPerson(crypto.randomUUID()));

test('a change that met another one sends its photos first, and asks after', () => {
  const {change} = judge(edit({photos: [{sha256: 'a'}, {sha256: 'b'}]}), answer(['b']));
  assert.deepEqual([change.state, change.photos_sent, change.problem], ['photos', ['a'], reason]);
  assert.equal(judge(edit(), answer([])).change.state, 'needs_you');
  assert.equal(whole({receipt}), 'needs_you');
  assert.equal(whole({receipt, settled: true}), 'settled');
  assert.equal(whole({receipt: {outcome: 'applied'}, settled: true}), 'delivered');
});

test('chosen: asks nobody any more, but a photo goes on, and a lost one is still told', () => {
  const asks = edit({state: 'needs_you', problem: reason, receipt});
  assert.equal(chosen(asks).state, 'settled');
  assert.equal(chosen({...asks, problem: {code: 'same_id', params: {}}}).state, 'settled');
  assert.equal(chosen({...asks, state: 'photos'}).state, 'photos');
  assert.equal(chosen({...asks, problem: {code: 'photo_lost', params: {}}}).state, 'needs_you');
});

for (const [settled, ends] of [[undefined, 'needs_you'], [true, 'settled']]) {
  test(`the last photo of such a change leaves it ${ends}`, async () => {
    await store.savePhoto('a', {bytes: new ArrayBuffer(3), type: 'image/jpeg'});
    await put(edit({state: 'photos', problem: reason, receipt, settled, photos: [{sha256: 'a', size: 3}]}));
    const sent = [];
    await sendPhotos(async path => { sent.push(path); return {status: 200, json: {takan: 'sync/1', sha256: 'a', size: 3}}; }, () => {});
    assert.deepEqual(sent, ['/sync/photos/a?operation=o1']);
    const {state, photos_sent, problem} = await store.get('operations', 'o1');
    assert.deepEqual([state, photos_sent, problem], [ends, ['a'], reason]);
  });
}

test('photos that an older build left behind are sent', async () => {
  await store.savePhoto('a', {bytes: new ArrayBuffer(3), type: 'image/jpeg'});
  await put(edit({state: 'needs_you', problem: reason, receipt, photos: [{sha256: 'a', size: 3}]}));
  await sendPhotos(async () => ({status: 200, json: {takan: 'sync/1', sha256: 'a', size: 3}}), () => {});
  assert.deepEqual((await store.get('operations', 'o1')).photos_sent, ['a']);
  assert.equal((await store.get('operations', 'o1')).state, 'needs_you');
});

test('待上传 leads to the page of both; chosen ones stay a day, count nowhere, and go with time', async () => {
  const made_at = new Date().toISOString();
  await put(edit({state: 'needs_you', problem: reason, receipt, made_at}));
  await put(record('r1', 'record.write', {}, {seq: 2, state: 'needs_you', problem: reason, receipt, made_at}));
  await put(record('r2', 'record.write', {}, {seq: 3, state: 'settled', problem: reason, receipt, made_at}));
  await put(record('r3', 'record.write', {}, {seq: 4, state: 'settled', problem: reason, receipt, made_at: '2026-01-01T00:00:00.000Z'}));
  const shown = Object.fromEntries((await items()).map(item => [item.id, item.url]));
  assert.deepEqual(shown, {
    o1: '/visits/v1/hazards/h1/versions/o1', r1: '/visits/v1/record/versions/r1', r2: '/visits/v1',
  });
  assert.deepEqual(await store.counts(), {waiting: 0, needs_you: 2});
  await forget(864e5);
  assert.deepEqual((await store.allOperations()).map(o => o.id), ['o1', 'r1']);
});

const beside = {id: 'o9', kind: 'hazard.edit', photos: ['b', 'c'], made_name: '王建国', description: '王的'};
function contested() {
  const context = visitContext();
  const there = overlayVisit(context, [record('h1', 'hazard.record', hazard('L1', {photos: ['a', 'b']}))]).hazards[0];
  context.hazards = [{...there, delivery: '', versions: [{...there, ...beside}]}];
  return context;
}

test('a choice takes the other side off the list at once; an edit of something else does not', async () => {
  const choice = record('o2', 'hazard.edit', {...hazard(''), hazard_id: 'h1', resolves: 'o9'}, {base: 'h1'});
  assert.deepEqual(overlayVisit(contested(), [choice]).hazards[0].versions, []);
  const stale = record('o2', 'hazard.edit', {...hazard(''), hazard_id: 'h1'}, {base: 'o0'});
  assert.equal(overlayVisit(contested(), [stale]).hazards[0].versions.length, 1);
  const page = {hazard: 'h1', operation: 'o9'};
  assert.equal((await extras('hazard_version', contested(), page)).version.id, 'o9');
  assert.equal((await extras('merge_hazard', overlayVisit(contested(), [choice]), page)).version.id, '');
  assert.equal(await extras('hazard_version', contested(), {...page, hazard: 'h9'}), null);
});

test('met, and not heard of here yet: said as that, of a chain once, and only until it is heard of', async () => {
  const met = (id, base, seq) => record(id, 'hazard.edit', {...hazard(''), hazard_id: 'h1'}, {base, state: 'needs_you',
    problem: reason, receipt: {...receipt, operation_id: id, server_seq: seq}});
  const context = () => ({...contested(), server_seq: 3});
  const operations = [met('o1', 'h1', 4), met('o2', 'o1', 5)];
  const seen = overlayVisit(context(), operations).hazards[0];
  assert.deepEqual(seen.versions.map(v => [v.id, v.kind]), [['o9', 'hazard.edit'], ['o2', 'unheard']]);
  assert.equal(seen.versions[1].url, '/visits/v1/hazards/h1/versions/o2');
  assert.equal(seen.description, '护罩缺失');
  assert.deepEqual(overlayVisit({...context(), server_seq: 5}, operations).hazards[0].versions.map(v => v.id), ['o9']);
  assert.deepEqual(overlayVisit(context(), operations.map(chosen)).hazards[0].versions.map(v => v.id), ['o9']);
  const written = {...met('o3', null, 4), kind: 'record.write', payload: {visit_id: 'v1', content: '一'}};
  assert.equal(overlayVisit(context(), [written]).record.versions[0].url, '/visits/v1/record/versions/o3');
});

test('what differs is named, place and pictures too', async () => {
  const context = contested();
  Object.assign(context.hazards[0].versions[0], {pin_x: 0.5, pin_y: 0.5});
  const {version} = await extras('hazard_version', context, {hazard: 'h1', operation: 'o9'});
  assert.deepEqual(Object.keys(version.differs).filter(name => version.differs[name]), ['description', 'plan_id', 'photos']);
  assert.deepEqual(version.more_photos, ['c']);
});

test('a context kept by an older build has no versions, and still opens', async () => {
  const context = contested();
  delete context.hazards[0].versions;
  const choice = record('o2', 'hazard.edit', {...hazard(''), hazard_id: 'h1', description: '改'}, {base: 'h1'});
  assert.equal(overlayVisit(context, [choice]).hazards[0].description, '改');
  assert.equal((await extras('hazard_version', context, {hazard: 'h1', operation: 'o9'})).version.id, '');
});

test('an edit that says what stands does not become the latest', () => {
  const same = record('o2', 'hazard.edit', {...hazard('', {photos: ['a', 'b']}), hazard_id: 'h1'}, {base: 'h1'});
  assert.equal(overlayVisit(contested(), [same]).hazards[0].latest_operation, 'h1');
});

test('withdrawing what was edited meanwhile waits for the server; brought back counts again', () => {
  const withdraw = base => record('o2', 'hazard.withdraw', {hazard_id: 'h1', reason: '重复'}, {base});
  assert.equal(overlayVisit(contested(), [withdraw('o0')]).hazards[0].withdrawn_at, '');
  const withdrawn = overlayVisit(contested(), [withdraw('h1')]);
  assert.notEqual(withdrawn.hazards[0].withdrawn_at, '');
  const back = record('o3', 'hazard.edit', {...hazard(''), hazard_id: 'h1', restored: 'yes'}, {base: 'o2'});
  assert.equal(overlayVisit(withdrawn, [back]).hazards[0].withdrawn_at, '');
  const today = {server_seq: 10, epoch: 'e1', engagements: [], visits: [{id: 'v1', hazard_count: 3, started_at: '', delivery: ''}]};
  assert.equal(overlayToday(today, [withdraw('h1')]).visits[0].hazard_count, 2);
  assert.equal(overlayToday(today, [withdraw('h1'), back]).visits[0].hazard_count, 3);
  assert.equal(overlayToday(today, [back]).visits[0].hazard_count, 4);
});
