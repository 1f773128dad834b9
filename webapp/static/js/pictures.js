// A photo as taken → what is kept: upright, at most 1920 px, stepped down until it is 500 KB.
import {sha256} from './digest.js';

const EDGE = 1920;
const MOST = 500 * 1024;
const THUMBNAIL = 320;
// iOS has it from 16.4; before that its bitmaps forget which side of a photo is up, an <img> does not.
const OFFSCREEN = typeof OffscreenCanvas === 'function';

async function decoded(blob) {
  if (OFFSCREEN) return createImageBitmap(blob);
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  await image.decode().finally(() => URL.revokeObjectURL(image.src));
  return image;
}

function drawn(picture, edge) {
  const scale = Math.min(1, edge / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map(side => Math.max(1, Math.round(side * scale)));
  const canvas = OFFSCREEN ? new OffscreenCanvas(width, height) : Object.assign(document.createElement('canvas'), {width, height});
  canvas.getContext('2d').drawImage(picture, 0, 0, width, height);
  return canvas;
}

const jpeg = (canvas, quality) => OFFSCREEN ? canvas.convertToBlob({type: 'image/jpeg', quality})
  : new Promise(done => canvas.toBlob(done, 'image/jpeg', quality));

async function stepped(canvas) {
  for (const quality of [0.8, 0.7, 0.6, 0.5]) {
    const blob = await jpeg(canvas, quality);
    if (blob.size <= MOST || quality === 0.5) return blob;
  }
}

async function shrunk(blob) {
  const picture = await decoded(blob);
  const bytes = await (await stepped(drawn(picture, EDGE))).arrayBuffer();
  const thumbnail = await (await jpeg(drawn(picture, THUMBNAIL), 0.75)).arrayBuffer();
  picture.close?.();
  return {bytes, thumbnail};
}

/** File → {sha256, type, bytes, thumbnail, received}. What cannot be decoded, or drawn for want of
 *  memory, is kept as it is. */
export async function prepare(file) {
  const original = await file.arrayBuffer();
  const received = await sha256(original);
  const small = await shrunk(new Blob([original], {type: file.type})).catch(() => null);
  if (!small) return {sha256: received, type: file.type || 'application/octet-stream', bytes: original, thumbnail: null, received};
  return {sha256: await sha256(small.bytes), type: 'image/jpeg', ...small, received};
}
