// The answer table of sync/PROTOCOL.md, line by line.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {judge, judgePhoto} from '../../webapp/static/js/answers.js';

const held = {id: 'o1', digest: 'd1', photos: [{sha256: 'a'}, {sha256: 'b'}]};
const receipt = more => ({operation_id: 'o1', digest: 'd1', outcome: 'applied', reason: null, server_seq: 1, epoch: 'e', ...more});
const answer = (status, json, after = 0) => ({status, after, json: json && {takan: 'sync/1', ...json}});
const error = code => ({error: {code, params: {}}});

test('our receipt naming this id and digest delivers; missing photos keep it open', () => {
  const whole = judge(held, answer(201, {receipt: receipt(), photos_missing: []}));
  assert.equal(whole.change.state, 'delivered');
  const half = judge(held, answer(200, {receipt: receipt(), photos_missing: ['b']}));
  assert.equal(half.change.state, 'photos');
  assert.deepEqual(half.change.photos_sent, ['a']);
});

test('a receipt for another id or digest is no answer', () => {
  for (const more of [{operation_id: 'o2'}, {digest: 'd2'}]) {
    assert.deepEqual(judge(held, answer(200, {receipt: receipt(more)})), {wait: 0, odd: true});
  }
});

test('anything without our signature is no answer of the office, whatever its status', () => {
  for (const status of [0, 200, 201, 401, 403, 422, 500, 502]) {
    assert.deepEqual(judge(held, {status, after: 0, json: status % 2 ? null : {ok: true}}), {wait: 0, odd: true});
  }
});

test('signed out stops; the rest of the table parks, holds or waits, and never deletes', () => {
  assert.deepEqual(judge(held, answer(401, error('sign_in'))), {stop: 'sign_in'});
  assert.equal(judge(held, answer(403, error('other_person'))).change.state, 'other');
  assert.equal(judge(held, answer(422, error('unknown_kind'))).change.state, 'held');
  for (const status of [400, 403, 413, 422]) assert.equal(judge(held, answer(status, error('malformed'))).change.state, 'needs_you');
  for (const outcome of ['refused', 'conflict']) {
    const {change} = judge(held, answer(200, {receipt: receipt({outcome, reason: {code: 'x', params: {}}})}));
    assert.equal(change.state, 'needs_you');
    assert.equal(change.problem.code, 'x');
  }
  assert.equal(judge(held, answer(429, error('busy'), 7)).wait, 7000);
  assert.deepEqual(judge(held, answer(500, error('http_500'))), {later: true, change: {problem: {code: 'http_500', params: {}}}});
  assert.equal(judge(held, answer(503, error('busy'), 9)).wait, 9000);
  assert.equal(judge(held, answer(507, error('disk_full'))).wait, 60000);
});

test('a photo has arrived only when its hash and size come back', () => {
  const photo = {sha256: 'a', size: 5};
  assert.deepEqual(judgePhoto(photo, answer(200, {sha256: 'a', size: 5})), {arrived: true});
  assert.equal(judgePhoto(photo, answer(200, {sha256: 'a', size: 4})).arrived, undefined);
  assert.deepEqual(judgePhoto(photo, {status: 200, after: 0, json: null}), {wait: 0, odd: true});
  assert.deepEqual(judgePhoto(photo, answer(401, error('sign_in'))), {stop: 'sign_in'});
  assert.equal(judgePhoto(photo, answer(404, error('photo_not_expected'))).problem.code, 'photo_not_expected');
  assert.deepEqual(judgePhoto(photo, answer(403, error('other_person'))), {wait: 0});
  assert.deepEqual(judgePhoto(photo, answer(200, {sha256: 'a', offset: 3})), {at: 3});
  assert.deepEqual(judgePhoto(photo, answer(409, {error: {code: 'offset', params: {offset: 2}}})), {at: 2});
  assert.deepEqual(judgePhoto(photo, answer(409, error('wrong_hash'))), {broken: true});
});

test('a photo that is answered oddly waits for later, alone; only a busy or full office stops all', () => {
  const photo = {sha256: 'a', size: 5};
  const odd = [answer(500, error('http_500')), answer(200, {sha256: 'b', size: 5}), answer(200, {}), answer(403, error('other_site'))];
  for (const one of odd) assert.equal(judgePhoto(photo, one).later, true);
  assert.equal(judgePhoto(photo, answer(429, error('busy'), 7)).wait, 7000);
  assert.equal(judgePhoto(photo, answer(503, error('busy'), 9)).wait, 9000);
  assert.deepEqual(judgePhoto(photo, answer(507, error('disk_full'))), {wait: 60000, note: {code: 'disk_full', params: {}}});
});

test('a restored server speaks under its own epoch, whatever its receipts say', () => {
  const {change} = judge(held, answer(200, {receipt: receipt(), photos_missing: [], epoch: 'new'}));
  assert.deepEqual([change.epoch, change.receipt.epoch], ['new', 'e']);
  assert.equal(judge(held, answer(200, {receipt: receipt(), photos_missing: []})).change.epoch, 'e');
});
