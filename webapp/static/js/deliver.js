// The one drainer: operations first, photos after; forgets nothing without our receipt.
import * as store from './store.js';
import {APP} from './operation.js';
import {judge} from './answers.js';
import {news} from './outbox.js';
import {sendPhotos} from './send_photos.js';
import {tidy} from './tidy.js';

const HEARTBEAT = 60e3;
const UNDECIDED = ['waiting', 'held', 'other'];
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
  const waiting = (await store.allOperations()).filter(o => UNDECIDED.includes(o.state));
  const blocked = new Set();
  let later = false;
  for (const {id, visit} of waiting) {
    if (blocked.has(visit)) continue;
    const verdict = await sendOperation(await store.get('operations', id));
    if (verdict.stop || verdict.wait !== undefined) return pause(verdict);
    later ||= !!verdict.later;
    if (verdict.later || UNDECIDED.includes(verdict.change?.state)) blocked.add(visit);
  }
  const verdict = await sendPhotos(call);
  if (verdict.stop || verdict.wait !== undefined) return pause(verdict);
  const told = await contact();
  return later ? pause({wait: 0}) : told;
}

const pause = verdict => ({...verdict, wait: verdict.stop ? 0 : verdict.wait || backOff()});

async function call(path, options, seconds) {
  await store.setMeta('heartbeat', Date.now());
  try {
    const response = await fetch(path, {...options, signal: AbortSignal.timeout(seconds * 1000), redirect: 'manual'});
    const after = Number(response.headers.get('Retry-After')) || 0;
    const json = await response.json().catch(() => null);
    // The worker may show pages from here without waiting for a network that is back.
    if (json?.takan === 'sync/1') news.postMessage({heard: true});
    return {status: response.status, after, json};
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

/** A restored server has another epoch, or has forgotten the last numbers: send those again. What
 *  it knows it answers with the old receipt, and its own epoch beside it. */
async function sendAgain(operations, {epoch, server_seq}) {
  const lost = operations.filter(o => o.receipt && ((o.epoch ?? o.receipt.epoch) !== epoch
    || (o.receipt.epoch === epoch && o.receipt.server_seq > server_seq)));
  for (const {id} of lost) {
    await store.updateOperation(id, now => ({...now, state: 'waiting', receipt: null, photos_sent: []}));
  }
  return lost.length > 0;
}
