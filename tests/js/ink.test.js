import assert from 'node:assert/strict';
import {test} from 'node:test';
import {enough, toBox} from '../../webapp/static/js/elements/ink.js';

test('a dot, a single stroke of two points and nothing at all are too little', () => {
  assert.equal(enough([]), false);
  assert.equal(enough([[[0, 0, 0], [1000, 0, 1]]]), false);
  assert.equal(enough([Array.from({length: 20}, (_, n) => [5, 5, n])]), false);
});

test('strokes leave the canvas as whole numbers inside the box', () => {
  const drawn = [{points: [{x: -3, y: 10.4, time: 1000}, {x: 400, y: 999, time: 1016.6}]}];
  assert.deepEqual(toBox(drawn, 350, 140), [[[0, 30, 0], [1000, 400, 17]]]);
});
