// Photos in pieces, each acknowledged: a network that breaks costs one piece, not a photo.
import * as store from './store.js';
import {judgePhoto, whole} from './answers.js';
import {sha256 as hashOf} from './digest.js';
import {news} from './news.js';
import {withRoom} from './tidy.js';

const PIECE = 96 * 1024;
const AT_ONCE = 2;
const STUCK = 3; // answers in a row that bring no progress

// What the office has decided, whatever stands beside it: one photo that a person must look at does
// not keep back the others of its record.
const owed = ({receipt, photos, photos_sent, photos_parked = []}) => receipt && receipt.outcome !== 'refused'
  ? photos.filter(({sha256}) => ![...photos_sent, ...photos_parked].includes(sha256)) : [];

/** Every photo still to send, at most two in flight; the first {stop} or {wait} ends it, {later}
 *  leaves one behind. After each, `tell` may say how far it is. */
export async function sendPhotos(call, tell, elsewhere) {
  const queue = (await store.allOperations()).flatMap(o => owed(o).map(photo => [o, photo]));
  let ended = null;
  let left = {};
  const runner = async () => {
    for (let next; !ended && (next = queue.shift());) {
      const verdict = await sendPhoto(...next, call);
      if (verdict.note) await noted(next[0], verdict.note);
      if (verdict.odd && await elsewhere()) left = {wait: 0};
      else if (verdict.stop || verdict.wait !== undefined) ended ??= verdict;
      else {
        if (verdict.later) left = {wait: 0};
        await tell();
      }
    }
  };
  await Promise.all(Array.from({length: AT_ONCE}, runner));
  return ended ?? left;
}

async function sendPhoto(operation, {sha256, type}, call) {
  const stored = await store.get('photos', sha256);
  if (!stored) return parked(operation, sha256);
  const size = stored.bytes.byteLength;
  const key = `piece:${operation.id}:${sha256}`;
  let at = await store.getMeta(key) ?? 0;
  for (let stuck = 0; stuck < STUCK;) {
    const answer = await call(`/sync/photos/${sha256}?operation=${operation.id}`, {
      method: 'PUT', body: stored.bytes.slice(at, at + PIECE),
      headers: {'Content-Type': type, 'Upload-Offset': at},
    }, 30 + PIECE / 5000);
    const verdict = judgePhoto({sha256, size}, answer);
    if (verdict.arrived) return arrived(operation, sha256, key);
    if (verdict.problem) return parked(operation, sha256, verdict.problem);
    if (verdict.broken && await hashOf(stored.bytes) !== sha256) return parked(operation, sha256);
    if (verdict.at === undefined && !verdict.broken) return verdict;
    const next = verdict.broken ? 0 : verdict.at;
    stuck = next > at ? 0 : stuck + 1;
    at = next;
    await store.note(key, at);
  }
  return {later: true};
}

/** Why its photos wait, until they are through. */
const noted = ({id}, problem) => store.updateOperation(id, now => (now.state === 'photos' ? {...now, problem} : now));

async function arrived({id}, sha256, key) {
  await withRoom(() => store.updateOperation(id, now => {
    const photos_sent = [...new Set([...now.photos_sent, sha256])];
    const all = now.photos.every(photo => photos_sent.includes(photo.sha256));
    const problem = all && now.receipt.outcome !== 'conflict' ? null : now.problem;
    return {...now, photos_sent, problem, state: all ? whole(now) : now.state};
  }));
  await store.remove('meta', key);
  news.postMessage({sent: id});
  return {};
}

/** Its person knows that the photo will not come: the office sees it missing, and nothing waits. */
export async function letGo(id) {
  await store.updateOperation(id, now => ({...now, state: whole(now), problem: null}));
  news.postMessage({sent: id});
}

const LOST = {code: 'photo_lost', params: {}};

async function parked({id}, sha256, problem = LOST) {
  await store.updateOperation(id, now => ({
    ...now, state: 'needs_you', problem, photos_parked: [...now.photos_parked ?? [], sha256],
    ...problem === LOST && {photos_lost: [...now.photos_lost ?? [], sha256]},
  }));
  news.postMessage({sent: id});
  return {};
}
