// The one drainer: operations first, photos after; forgets nothing without our receipt.
import * as store from './store.js';
import {APP} from './operation.js';
import {judge, judgePhoto} from './answers.js';
import {news} from './outbox.js';
import {tidy} from './tidy.js';

const HEARTBEAT = 60e3;
let attempt = 0;
let timer;
let stopped = '';

/** Wake the drainer; a tap passes `now` to cut the waiting short. */
export async function wake(now = false) {
  if (now) { attempt = 0; stopped = ''; }
  clearTimeout(timer);
  if (stopped || !await store.currentPerson()) return;
  const frozen = Date.now() - (await store.getMeta('heartbeat') ?? 0) > HEARTBEAT;
  const held = (await navigator.locks.query()).held.some(lock => lock.name === 'takan-deliver');
  const how = held && frozen ? {steal: true} : {ifAvailable: true};
  await navigator.locks.request('takan-deliver', how, lock => lock && drain()).catch(() => {});
}

async function drain() {
  const result = await once().catch(error => { console.error(error); return {wait: backOff()}; });
  news.postMessage({drained: true});
  if (result.stop) { stopped = result.stop; await store.setMeta('stopped', result.stop); return; }
  await store.setMeta('stopped', '');
  if (result.wait) timer = setTimeout(wake, result.wait);
  else attempt = 0;
}

/** 2ⁿ seconds with jitter, at most five minutes, for ever. */
const backOff = () => Math.min(300, 2 ** attempt++) * 1000 * (0.75 + Math.random() / 2);

async function once() {
  // Held for an update, or for its own person: both may have come since.
  const waiting = (await store.allOperations()).filter(o => ['waiting', 'held', 'other'].includes(o.state));
  for (const {id} of waiting) {
    const verdict = await sendOperation(await store.get('operations', id));
    if (verdict.stop || verdict.wait !== undefined) return pause(verdict);
  }
  for (const operation of (await store.allOperations()).filter(o => o.state === 'photos')) {
    for (const photo of operation.photos.filter(p => !operation.photos_sent.includes(p.sha256))) {
      const verdict = await sendPhoto(operation, photo);
      if (verdict.stop || verdict.wait !== undefined) return pause(verdict);
    }
  }
  return contact();
}

const pause = verdict => ({...verdict, wait: verdict.stop ? 0 : verdict.wait || backOff()});

async function call(path, options, seconds) {
  await store.setMeta('heartbeat', Date.now());
  try {
    const response = await fetch(path, {...options, signal: AbortSignal.timeout(seconds * 1000), redirect: 'manual'});
    const after = Number(response.headers.get('Retry-After')) || 0;
    return {status: response.status, after, json: await response.json().catch(() => null)};
  } catch {
    return {status: 0, after: 0, json: null};
  }
}

async function sendOperation(record) {
  const options = {method: 'PUT', body: record.body, headers: {'Content-Type': 'application/json', Accept: 'application/json'}};
  const verdict = judge(record, await call(`/sync/operations/${record.id}`, options, 20));
  if (verdict.change) await store.updateOperation(record.id, now => ({...now, ...verdict.change}));
  news.postMessage({sent: record.id});
  return verdict;
}

async function sendPhoto(operation, {sha256, type}) {
  const stored = await store.get('photos', sha256);
  if (!stored) {
    await store.updateOperation(operation.id, now => ({...now, state: 'needs_you', problem: {code: 'photo_lost', params: {}}}));
    return {};
  }
  const seconds = 30 + stored.bytes.byteLength / 5000;
  const options = {method: 'PUT', body: stored.bytes, headers: {'Content-Type': type, Accept: 'application/json'}};
  const answer = await call(`/sync/photos/${sha256}?operation=${operation.id}`, options, seconds);
  const verdict = judgePhoto({sha256, size: stored.bytes.byteLength}, answer);
  if (verdict.arrived) await store.updateOperation(operation.id, now => arrived(now, sha256));
  else if (verdict.problem) await store.updateOperation(operation.id, now => ({...now, state: 'needs_you', problem: verdict.problem}));
  news.postMessage({sent: operation.id});
  return verdict;
}

function arrived(record, sha256) {
  const photos_sent = [...new Set([...record.photos_sent, sha256])];
  const whole = record.photos.every(photo => photos_sent.includes(photo.sha256));
  return {...record, photos_sent, state: whole ? 'delivered' : record.state};
}

/** Tell the office what this phone holds; learn whether the server was restored. */
async function contact() {
  const {waiting, needs_you} = await store.counts();
  const operations = await store.allOperations();
  const undone = operations.filter(o => o.state !== 'delivered');
  const said = {
    device: await store.deviceId(), operations_waiting: waiting + needs_you,
    photos_waiting: undone.reduce((n, o) => n + o.photos.length - o.photos_sent.length, 0),
    highest_seq: await store.getMeta('seq') ?? 0, oldest_waiting: undone[0]?.made_at ?? null,
    device_now: new Date().toISOString(), app: APP,
  };
  const options = {method: 'POST', body: JSON.stringify(said), headers: {'Content-Type': 'application/json', Accept: 'application/json'}};
  const {json} = await call('/sync/contact', options, 20);
  if (json?.takan !== 'sync/1' || !json.epoch) return {};
  await store.setMeta('offset', Date.now() - Date.parse(json.now));
  if (await sendAgain(operations, json)) return {wait: 1};
  await tidy();
  return {};
}

/** A restored server has another epoch, or has forgotten the last numbers: send those again. */
async function sendAgain(operations, {epoch, server_seq}) {
  const lost = operations.filter(o => o.receipt && (o.receipt.epoch !== epoch || o.receipt.server_seq > server_seq));
  for (const {id} of lost) {
    await store.updateOperation(id, now => ({...now, state: 'waiting', receipt: null, photos_sent: []}));
  }
  return lost.length > 0;
}
