// The one drainer: operations first, photos after; forgets nothing without our receipt.
import * as store from './store.js';
import {APP} from './operation.js';
import {chosen, judge} from './answers.js';
import {holding, load} from './contact.js';
import {news} from './news.js';
import {sendPhotos} from './send_photos.js';
import {tidy} from './tidy.js';

const HEARTBEAT = 60e3;
const BUSY = 5e3;
const UNDECIDED = ['waiting', 'held', 'other'];
const MUCH = 10; // records and photos: from here on the office hears first what is coming
const NEWS = 60e3; // and while it comes, once a minute what is left
let attempt = 0;
let timer;
let stopped = '';
let reached = true; // the last answer was ours
let busy = false; // and asked for patience
let contacted = 0;

/** Wake the drainer; a tap passes `now` to cut the waiting short. */
export async function wake(now = false) {
  if (now) { attempt = 0; stopped = ''; }
  clearTimeout(timer);
  if (stopped || !await store.currentPerson()) return;
  const frozen = Date.now() - (await store.getMeta('heartbeat') ?? 0) > HEARTBEAT;
  const held = (await navigator.locks.query()).held.some(lock => lock.name === 'takan-deliver');
  const how = held && frozen ? {steal: true} : {ifAvailable: true};
  await navigator.locks.request('takan-deliver', how, lock =>
    // Something was saved while the drainer was busy: it must not wait for the next tap.
    lock ? drain() : void (timer = setTimeout(wake, BUSY))).catch(() => {});
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
  reached = true;
  busy = false;
  if (load(holding(await store.allOperations())) > MUCH) await contact();
  const verdict = await deliver();
  // What has to stay behind is told as well: where no photo gets through, a word still may.
  const told = verdict.stop || busy ? {} : await contact();
  return verdict.stop || verdict.wait !== undefined ? pause(verdict) : told;
}

async function deliver() {
  // Held for an update, or for its own person: both may have come since.
  const waiting = (await store.allOperations()).filter(o => UNDECIDED.includes(o.state));
  const blocked = new Set();
  let later = false;
  for (const {id, visit} of waiting) {
    if (blocked.has(visit)) continue;
    const verdict = await sendOperation(await store.get('operations', id));
    if (verdict.stop || verdict.wait !== undefined) return verdict;
    later ||= !!verdict.later;
    if (verdict.later || UNDECIDED.includes(verdict.change?.state)) blocked.add(visit);
  }
  const verdict = await sendPhotos(call, () => Date.now() - contacted > NEWS && contact());
  return {...later && {wait: 0}, ...verdict};
}

const pause = verdict => ({...verdict, wait: verdict.stop ? 0 : verdict.wait || backOff()});

async function call(path, options, seconds) {
  await store.setMeta('heartbeat', Date.now());
  // AbortSignal.timeout came to iOS with 16 only: without it nothing would ever be sent.
  const limit = new AbortController();
  const late = setTimeout(() => limit.abort(), seconds * 1000);
  try {
    const response = await fetch(path, {...options, signal: limit.signal, redirect: 'manual'});
    const after = Number(response.headers.get('Retry-After')) || 0;
    const json = await response.json().catch(() => null);
    reached = json?.takan === 'sync/1';
    busy = reached && [429, 503].includes(response.status);
    // The worker may show pages from here without waiting for a network that is back.
    if (reached) news.postMessage({heard: true});
    return {status: response.status, after, json};
  } catch {
    reached = false;
    return {status: 0, after: 0, json: null};
  } finally {
    clearTimeout(late);
  }
}

async function sendOperation(record) {
  const options = {method: 'PUT', body: record.body, headers: {'Content-Type': 'application/json', Accept: 'application/json'}};
  const verdict = judge(record, await call(`/sync/operations/${record.id}`, options, 20));
  // The other side comes first: a person may choose about both, later and without a network.
  if (verdict.change?.receipt?.outcome === 'conflict') await call(`/visits/${record.visit}`, {headers: {Accept: 'application/json'}}, 20);
  if (verdict.change) await store.updateOperation(record.id, now => ({...now, ...verdict.change}));
  news.postMessage({sent: record.id});
  return verdict;
}

/** Tell the office what this phone holds; learn whether the server was restored. */
async function contact() {
  contacted = Date.now();
  // The number first: what is saved meanwhile must not look like a gap.
  const highest_seq = await store.getMeta('seq') ?? 0;
  const operations = await store.allOperations();
  const said = {
    device: await store.deviceId(), highest_seq, ...holding(operations), device_now: new Date().toISOString(), app: APP,
  };
  const options = {method: 'POST', body: JSON.stringify(said), headers: {'Content-Type': 'application/json', Accept: 'application/json'}};
  const {json} = await call('/sync/contact', options, reached ? 20 : 5);
  if (json?.takan !== 'sync/1' || !json.epoch) return {};
  await store.setMeta('offset', Date.now() - Date.parse(json.now));
  if (await sendAgain(operations, json)) return {wait: 1};
  for (const {id} of operations.filter(o => !o.settled && json.settled?.includes(o.id))) {
    await store.updateOperation(id, chosen);
    news.postMessage({sent: id});
  }
  await tidy();
  return {};
}

/** A restored server has another epoch, or has forgotten the last numbers: send those again. What
 *  it knows it answers with the old receipt, and its own epoch beside it. */
async function sendAgain(operations, {epoch, server_seq}) {
  const lost = operations.filter(o => o.receipt && ((o.epoch ?? o.receipt.epoch) !== epoch
    || (o.receipt.epoch === epoch && o.receipt.server_seq > server_seq)));
  for (const {id} of lost) {
    await store.updateOperation(id, now => ({...now, state: 'waiting', receipt: null, photos_sent: [], photos_parked: [], settled: false}));
  }
  return lost.length > 0;
}
