// Is there enough ink for a signature? (webapp/standard/ink.py asks the same.) Pure.

export const BOX = [1000, 400];
const FEWEST_POINTS = 8;
const SHORTEST_PATH = 300;

export function enough(strokes) {
  const points = strokes.reduce((n, stroke) => n + stroke.length, 0);
  const length = strokes.reduce((sum, stroke) => sum + stroke.slice(1).reduce(
    (part, [x, y], n) => part + Math.hypot(x - stroke[n][0], y - stroke[n][1]), 0), 0);
  return points >= FEWEST_POINTS && length >= SHORTEST_PATH;
}

const clamp = (value, most) => Math.min(most, Math.max(0, Math.round(value)));

/** signature_pad's groups in canvas pixels → whole numbers in the box. */
export function toBox(groups, width, height) {
  const began = groups[0]?.points[0]?.time ?? 0;
  return groups.map(group => group.points.map(({x, y, time}) => [
    clamp(x / width * BOX[0], BOX[0]), clamp(y / height * BOX[1], BOX[1]), Math.max(0, Math.round(time - began))]));
}

export function fromBox(strokes, width, height) {
  return strokes.map(stroke => ({
    penColor: 'black', dotSize: 0, minWidth: 1.2, maxWidth: 3.2, velocityFilterWeight: 0.7, compositeOperation: 'source-over',
    points: stroke.map(([x, y, time]) => ({x: x / BOX[0] * width, y: y / BOX[1] * height, time, pressure: 0.5})),
  }));
}
