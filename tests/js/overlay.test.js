import assert from 'node:assert/strict';
import {test} from 'node:test';
import {dueOn, overlayVisit} from '../../webapp/static/js/overlay.js';
import {overlayToday} from '../../webapp/static/js/overlay_today.js';
import {hazard, record, visitContext} from './context.mjs';

const delivered = seq => ({state: 'delivered', receipt: {outcome: 'applied', server_seq: seq, epoch: 'e1'}});

test('what waits is shown at once, marked, and the given context is not touched', () => {
  const given = visitContext();
  const shown = overlayVisit(given, [record('h1', 'hazard.record', hazard('L1'))]);
  assert.equal(shown.hazards[0].label, 'L1');
  assert.equal(shown.hazards[0].delivery, 'waiting');
  assert.equal(given.hazards.length, 0);
});

test('applying twice changes nothing', () => {
  const operations = [
    record('o1', 'visit.start', {engagement_id: 'g1', number: 2, accompanied_by: '赵'}),
    record('h1', 'hazard.record', hazard('L1')),
    record('o2', 'hazard.edit', {...hazard(''), hazard_id: 'h1', description: '改过'}, {base: 'h1'}),
    record('o3', 'hazard.withdraw', {hazard_id: 'h1', reason: '重复'}),
    record('o4', 'record.write', {content: '一', process: '二', result: '三'}),
    record('o5', 'visit.end', {also_present: '', accompanied_by: '赵'}),
  ];
  const once = overlayVisit(visitContext(), operations);
  assert.deepEqual(overlayVisit(once, operations), once);
  assert.equal(once.hazards[0].description, '改过');
  assert.equal(once.hazards[0].withdrawn_reason, '重复');
  assert.equal(once.record.content, '一');
  assert.notEqual(once.visit.ended_at, '');
});

test('delivered and already in the context: not laid over again; newer than it: still laid over', () => {
  const operation = record('h1', 'hazard.record', hazard('L1'), delivered(9));
  assert.equal(overlayVisit(visitContext(), [operation]).hazards.length, 0);
  const newer = {...operation, ...delivered(11)};
  const [shown] = overlayVisit(visitContext(), [newer]).hazards;
  assert.equal(shown.delivery, '');
});

test('a photo still on its way keeps the hazard marked though its operation has arrived', () => {
  const context = visitContext();
  context.hazards = overlayVisit(visitContext(), [record('h1', 'hazard.record', hazard('L1'))]).hazards.map(h => ({...h, delivery: ''}));
  const halfway = record('h1', 'hazard.record', hazard('L1'), {...delivered(9), state: 'photos'});
  const shown = overlayVisit(context, [halfway]);
  assert.equal(shown.hazards.length, 1);
  assert.equal(shown.hazards[0].delivery, 'waiting');
});

test('refused or in conflict: not laid over, whatever the number', () => {
  for (const outcome of ['refused', 'conflict']) {
    const refused = record('h1', 'hazard.record', hazard('L1'), {state: 'needs_you', receipt: {outcome, server_seq: 12, epoch: 'e1'}});
    assert.equal(overlayVisit(visitContext(), [refused]).hazards.length, 0);
  }
});

test('an edit on another version than the shown one overwrites nothing', () => {
  const made = record('h1', 'hazard.record', hazard('L1'));
  const stale = record('o2', 'hazard.edit', {...hazard(''), hazard_id: 'h1', description: '旧版上改'}, {base: 'o0'});
  assert.equal(overlayVisit(visitContext(), [made, stale]).hazards[0].description, '护罩缺失');
});

test('today counts what waits, and a walk-in appears as soon as it was begun', () => {
  const today = {server_seq: 10, epoch: 'e1', engagements: [{id: 'g1', enterprise: '企业', short_name: '企'}],
    visits: [{id: 'v1', hazard_count: 3, started_at: '', ended_at: '', consultant_signed_at: '', enterprise_signed_at: '', delivery: ''}]};
  const operations = [
    record('h1', 'hazard.record', hazard('L1')), record('h2', 'hazard.record', hazard('L2')),
    record('o1', 'hazard.withdraw', {hazard_id: 'h2', reason: 'x'}),
    record('o2', 'visit.start', {visit_id: 'v9', engagement_id: 'g1', number: 4}, {visit: 'v9'}),
  ];
  const shown = overlayToday(today, operations);
  assert.equal(shown.visits[0].hazard_count, 4);
  assert.equal(shown.visits[0].delivery, 'waiting');
  assert.deepEqual(shown.visits[1].id, 'v9');
  assert.notEqual(shown.visits[1].started_at, '');
});

test('deadlines are calendar days in Shanghai', () => {
  assert.equal(dueOn('2026-11-23T16:30:00.000Z', 'now'), '2026-11-24');
  assert.equal(dueOn('2026-11-23T16:30:00.000Z', '30'), '2026-12-24');
});

test('a colleague who joined sees the visit in progress, and it is no longer offered to him', () => {
  const joined = record('o1', 'visit.join', {engagement_id: 'g1', number: 2, planned_on: '2026-11-23', code: 'X'}, {device: 'd2'});
  const {visit} = overlayVisit(visitContext(), [joined]);
  assert.deepEqual([visit.joined_at, visit.joined_device, visit.started_at], [joined.made_at, 'd2', '']);
  const today = {server_seq: 10, epoch: 'e1', visits: [],
    engagements: [{id: 'g1', enterprise: '企业', short_name: '企', open_visits: [{id: 'v1', joined: 0}, {id: 'v2', joined: 0}]}]};
  const shown = overlayToday(today, [joined]);
  assert.deepEqual(shown.visits.map(v => [v.id, v.planned_on, v.joined_at]), [['v1', '2026-11-23', joined.made_at]]);
  assert.deepEqual(shown.engagements[0].open_visits.map(v => v.joined), [1, 0]);
});

test('a context kept by the build before has no colleagues and no code, and says so', () => {
  const {code, joined_at, joined_device, colleagues} = overlayVisit(visitContext(), []).visit;
  assert.deepEqual({code, joined_at, joined_device, colleagues}, {code: '', joined_at: '', joined_device: '', colleagues: []});
});

test('a colleague signs once, between the recorder and the enterprise', () => {
  const sign = (id, party, more = {}) => record(id, 'confirmation.sign', {
    party, slip: 's', strokes: [], signed: '{"previous":""}', signer_name: id, confirmation_id: 'c1', satisfaction: '', ...more,
  }, {hash: 'h', code: 'k', signature_hash: `hash of ${id}`});
  const operations = [
    sign('c1', 'consultant'), sign('w1', 'colleague', {signer_id: 'p2'}), sign('w2', 'colleague', {signer_id: 'p2'}),
    sign('me', 'colleague', {signer_id: 'p1'}), sign('e1', 'enterprise', {satisfaction: 'average'}),
  ];
  const {confirmation} = overlayVisit(visitContext(), operations);
  assert.deepEqual(confirmation.signatures.map(s => [s.id, s.party, s.signer_id]),
    [['c1', 'consultant', 'p1'], ['w1', 'colleague', 'p2'], ['e1', 'enterprise', '']]);
  assert.equal(confirmation.satisfaction, 'average');
});

test('a photo missing there but taken here is not missing; a colleague\'s stays so, with its phone', () => {
  const context = visitContext();
  const phones = [{name: '李', last_heard: 't', lost: false, photos: ['own']}, {name: '王', last_heard: 't', lost: false, photos: ['far']}];
  const there = overlayVisit(visitContext(), [record('h1', 'hazard.record', hazard('L1'))]).hazards[0];
  context.hazards = [{...there, photos: ['own', 'far', 'here'], photos_missing: ['own', 'far'], missing_on: phones}];
  const [shown] = overlayVisit(context, [record('o9', 'record.write', {}, {photos: [{sha256: 'own'}]})]).hazards;
  assert.deepEqual(shown.photos_missing, ['far']);
  assert.deepEqual(shown.missing_on, [phones[1]]);
});

test('a context kept before photos could be missing still opens', () => {
  const context = visitContext();
  const there = overlayVisit(visitContext(), [record('h1', 'hazard.record', hazard('L1'))]).hazards[0];
  context.hazards = [{...there, photos: ['a'], photos_missing: undefined, missing_on: undefined}];
  const shown = overlayVisit(context, []);
  assert.deepEqual(shown.hazards[0].photos_missing, []);
  assert.deepEqual(shown.confirmation.missing_on, []);
});
