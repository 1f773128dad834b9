// What server and phone compute twice, held together by vectors the server wrote.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {codeOf, newId, pinCheck, pinHash, pinProof, sha256} from '../../webapp/static/js/digest.js';
import {enough, fromBox, toBox} from '../../webapp/static/js/elements/ink.js';
import {filters, speak} from '../../webapp/static/js/filters.js';
import {drawn, found, normal, visitOf} from '../../webapp/static/js/joining.js';
import {slipText} from '../../webapp/static/js/slip.js';
import {lettersOn, nextLabel} from '../../webapp/static/js/views.js';

const vectors = JSON.parse(readFileSync(new URL('../twins.json', import.meta.url)));

test('filters', () => {
  for (const [name, given, wanted] of vectors.filters) assert.equal(filters[name](given), wanted, `${name} ${given}`);
  for (const [name, given, wanted] of vectors.english) assert.equal(filters[name](given, 'en'), wanted, `${name} ${given}`);
  speak('en');
  for (const [name, given, wanted] of vectors.english) assert.equal(filters[name](given), wanted);
  for (const [name, given, wanted] of vectors.filters) assert.equal(filters[name](given, 'zh'), wanted);
  speak('zh');
  for (const [values, gone, wanted] of vectors.without) assert.deepEqual(filters.without(values, gone), wanted);
});

test('the canonical slip, its hash and its code', async () => {
  for (const {context, text, hash, code} of vectors.slips) {
    assert.equal(slipText(context), text);
    assert.equal(await sha256(text), hash);
    assert.equal(codeOf(hash), code);
  }
});

test('labels', () => {
  for (const [labels, letter, wanted] of vectors.labels) assert.equal(nextLabel(labels, letter), wanted);
});

test('the code by which a colleague comes', async () => {
  const {chances, engagement, ...given} = vectors.joining;
  for (const [n, [one, code, visit]] of given.drawn.entries()) {
    assert.equal(await drawn(one, chances[n % chances.length]), code);
    assert.equal(await visitOf(one, code), visit);
  }
  for (const [one, code] of given.known) assert.equal(await visitOf(one, code), '');
  for (const [text, wanted] of given.normal) assert.equal(normal(text), wanted);
  for (const [text, ...wanted] of given.found) assert.deepEqual(await found(engagement, text), wanted, text);
});

test('another phone of the same person labels apart from the one he began on', async () => {
  const letters = (joined_device, device) => lettersOn({letter: 'L'}, {joined_device}, device);
  assert.equal(await letters('', 'd2'), 'L');
  assert.equal(await letters('d1', 'd1'), 'L');
  assert.match(await letters('d1', 'd2'), /^L[a-z]$/);
  assert.equal(nextLabel(['L1', 'L2'], await letters('d1', 'd2')), await letters('d1', 'd2') + '1');
});

test('ink and PIN', async () => {
  for (const [strokes, wanted] of vectors.ink) assert.equal(enough(strokes), wanted);
  for (const [salt, pin, wanted, check] of vectors.pins) {
    assert.equal(await pinHash(salt, pin), wanted);
    assert.equal(await pinCheck(salt, pin), check);
  }
  for (const [key, text, proof] of vectors.proofs) assert.equal(await pinProof(key, text), proof);
});

test('strokes keep their shape through a turn of the device', () => {
  const strokes = [[[0, 0, 0], [500, 200, 9], [1000, 400, 20]]];
  const drawn = fromBox(strokes, 350, 140);
  assert.deepEqual(toBox(drawn, 350, 140), strokes);
});

test('ids are UUIDv7 and rise', () => {
  const [one, two] = [newId(1700000000000), newId(1700000000001)];
  assert.match(one, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.ok(one < two);
});
