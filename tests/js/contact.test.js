// What the phone tells the office it holds.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {holding, load, ranges} from '../../webapp/static/js/contact.js';

const photos = (...names) => names.map(sha256 => ({sha256}));
const made = (seq, state, more = {}) => ({
  seq, state, visit: 'v1', made_at: `2026-11-23T01:0${seq}:00.000Z`, receipt: null, photos: [], photos_sent: [], ...more,
});
const applied = {outcome: 'applied'};

test('rising numbers become ranges', () => {
  assert.deepEqual(ranges([]), []);
  assert.deepEqual(ranges([1, 2, 3, 7, 9, 10]), [[1, 3], [7, 7], [9, 10]]);
});

test('nothing undone: nothing waits', () => {
  assert.deepEqual(holding([made(1, 'delivered', {receipt: applied})]),
    {operations_waiting: 0, photos_waiting: 0, oldest_waiting: null, needs_you: 0, waiting: []});
});

test('per visit: numbers without a receipt, and photos of what the office has or will have', () => {
  const said = holding([
    made(1, 'delivered', {receipt: applied}),
    made(2, 'photos', {receipt: applied, photos: photos('a', 'b', 'c'), photos_sent: ['a']}),
    made(3, 'needs_you', {receipt: {outcome: 'refused'}, photos: photos('d')}),
    made(4, 'waiting', {photos: photos('e')}),
    made(8, 'photos', {receipt: {outcome: 'conflict'}, photos: photos('f')}),
    made(9, 'needs_you', {visit: 'v3', receipt: {outcome: 'conflict'}}), made(10, 'settled', {visit: 'v3', receipt: {outcome: 'conflict'}}),
    made(5, 'held'), made(6, 'needs_you'), made(7, 'waiting', {visit: 'v2'}),
  ]);
  assert.deepEqual(said, {
    operations_waiting: 8, photos_waiting: 5, oldest_waiting: '2026-11-23T01:02:00.000Z', needs_you: 3,
    waiting: [{visit: 'v1', seqs: [[4, 6]], photos: 4}, {visit: 'v2', seqs: [[7, 7]], photos: 0}],
  });
  assert.equal(load(said), 8);
});

test('six hundred photos of one visit are one short line', () => {
  const operations = Array.from({length: 300}, (_, n) => made(n % 9, 'waiting', {seq: n + 1, photos: photos('a', 'b')}));
  const said = holding(operations);
  assert.deepEqual(said.waiting, [{visit: 'v1', seqs: [[1, 300]], photos: 600}]);
  assert.ok(JSON.stringify(said).length < 250);
});

test('a photo that the phone lost is not named, and what waits longest is what the office may yet get', () => {
  const one = (seq, more) => ({seq, visit: 'v', state: 'needs_you', receipt: null, photos: [], photos_sent: [], made_at: `2026-11-0${seq}`, ...more});
  const refused = one(1, {receipt: {outcome: 'refused'}});
  const lost = one(2, {receipt: {outcome: 'applied'}, photos: [{}, {}], photos_sent: ['x'], photos_lost: ['y']});
  const waits = one(3, {state: 'waiting'});
  const said = holding([refused, lost, waits]);
  assert.equal(said.photos_waiting, 0);
  assert.deepEqual(said.waiting, [{visit: 'v', seqs: [[3, 3]], photos: 0}]);
  assert.equal(said.oldest_waiting, '2026-11-03');
  assert.equal(holding([refused, lost]).oldest_waiting, null);
});
