// A photo as taken → what is kept: upright, at most 1920 px, stepped down until it is 500 KB.
import {sha256} from './digest.js';

const EDGE = 1920;
const MOST = 500 * 1024;
const THUMBNAIL = 320;

const jpeg = (canvas, quality) => canvas.convertToBlob({type: 'image/jpeg', quality});

function drawn(bitmap, edge) {
  const scale = Math.min(1, edge / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(Math.round(bitmap.width * scale), Math.round(bitmap.height * scale));
  canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}

async function stepped(canvas) {
  for (const quality of [0.8, 0.7, 0.6, 0.5]) {
    const blob = await jpeg(canvas, quality);
    if (blob.size <= MOST || quality === 0.5) return blob;
  }
}

/** File → {sha256, type, bytes, thumbnail, received}. What cannot be decoded is kept as it is. */
export async function prepare(file) {
  const original = await file.arrayBuffer();
  const received = await sha256(original);
  const bitmap = await createImageBitmap(new Blob([original], {type: file.type})).catch(() => null);
  if (!bitmap) return {sha256: received, type: file.type || 'application/octet-stream', bytes: original, thumbnail: null, received};
  const bytes = await (await stepped(drawn(bitmap, EDGE))).arrayBuffer();
  const thumbnail = await (await jpeg(drawn(bitmap, THUMBNAIL), 0.75)).arrayBuffer();
  bitmap.close();
  return {sha256: await sha256(bytes), type: 'image/jpeg', bytes, thumbnail, received};
}
