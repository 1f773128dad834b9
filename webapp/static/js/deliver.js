// The one drainer: operations first, photos after; forgets nothing without our receipt.
import * as store from './store.js';
import {APP} from './operation.js';
import {chosen, judge} from './answers.js';
import {holding, load} from './contact.js';
import {news} from './news.js';
import {sendPhotos} from './send_photos.js';
import {copied, tidy, withRoom} from './tidy.js';

const HEARTBEAT = 60e3;
const BUSY = 5e3;
const UNDECIDED = ['waiting', 'held', 'other'];
const MUCH = 10; // records and photos: from here on the office hears first what is coming
const NOT_THROUGH = {code: 'not_through', params: {}};
const NEWS = 60e3; // and while it comes, once a minute what is left
let attempt = 0;
let timer;
let stopped = '';
let reached = true; // the last answer was ours
let busy = false; // and asked for patience
let contacted = 0;
let person; // whose this drain is: somebody else may sign in meanwhile

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

/** A tap also tries again what was parked without a decision, and photos that are still here: what
 *  stood in its way may be over. */
export async function again() {
  for (const {id, state, receipt, photos_parked} of await store.allOperations()) {
    if (state !== 'needs_you' || (receipt && !photos_parked?.length)) continue;
    await store.updateOperation(id, now => ({...now, photos_parked: [], photos_lost: [], state: receipt ? 'photos' : 'waiting'}));
  }
  return wake(true);
}

async function drain() {
  const result = await once().catch(error => { console.error(error); return {wait: backOff()}; });
  news.postMessage({drained: true});
  stopped = result.stop ?? '';
  if (result.wait && !stopped) timer = setTimeout(wake, result.wait);
  else attempt = 0;
  await store.note('stopped', stopped);
  await copied(person).catch(console.error);
}

/** 2ⁿ seconds with jitter, at most five minutes, for ever. */
const backOff = () => Math.min(300, 2 ** attempt++) * 1000 * (0.75 + Math.random() / 2);

async function once() {
  reached = true;
  busy = false;
  person = await store.currentPerson();
  if (load(holding(await store.allOperations())) > MUCH) await contact();
  const verdict = await deliver();
  // What has to stay behind is told as well: where no photo gets through, a word still may.
  const told = verdict.stop || busy || verdict.odd ? {} : await contact();
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
    if (verdict.odd && await elsewhere()) {
      // The office is there, only this record does not get to it: the others go on.
      await store.updateOperation(id, now => ({...now, problem: NOT_THROUGH}));
      blocked.add(visit);
      later = true;
      continue;
    }
    if (verdict.stop || verdict.wait !== undefined) return verdict;
    later ||= !!verdict.later;
    if (verdict.later || UNDECIDED.includes(verdict.change?.state)) blocked.add(visit);
  }
  const verdict = await sendPhotos(call, () => Date.now() - contacted > NEWS && contact(), elsewhere);
  return {...later && {wait: 0}, ...verdict};
}

/** Something answered that is not the office, or nothing did: is it so for everything? */
async function elsewhere() {
  await contact();
  return reached;
}

const pause = verdict => ({...verdict, wait: verdict.stop ? 0 : verdict.wait || backOff()});

async function call(path, options, seconds) {
  await store.note('heartbeat', Date.now());
  // AbortSignal.timeout came to iOS with 16 only: without it nothing would ever be sent.
  const limit = new AbortController();
  const late = setTimeout(() => limit.abort(), seconds * 1000);
  try {
    const headers = {...options.headers, Accept: 'application/json', 'Takan-Person': person};
    const response = await fetch(path, {...options, headers, signal: limit.signal, redirect: 'manual'});
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
  const options = {method: 'PUT', body: record.body, headers: {'Content-Type': 'application/json'}};
  // Two thousand characters a second are 50 kbit/s, also where each takes three bytes.
  const verdict = judge(record, await call(`/sync/operations/${record.id}`, options, 20 + record.body.length / 2000));
  // The other side comes first: a person may choose about both, later and without a network.
  if (verdict.change?.receipt?.outcome === 'conflict') await call(`/visits/${record.visit}`, {}, 20);
  if (verdict.change) await withRoom(() => store.updateOperation(record.id, now => ({...now, ...verdict.change})));
  news.postMessage({sent: record.id});
  return verdict;
}

/** Tell the office what this phone holds; learn whether the server was restored. */
async function contact() {
  contacted = Date.now();
  // The number first: what is saved meanwhile must not look like a gap.
  const highest_seq = await store.getMeta('seq') ?? 0;
  const operations = await store.allOperations();
  if (await store.currentPerson() !== person) return {};
  const said = {
    last: lastDecided(operations), device: await store.deviceId(), highest_seq, ...holding(operations), device_now: new Date().toISOString(), app: APP,
  };
  const options = {method: 'POST', body: JSON.stringify(said), headers: {'Content-Type': 'application/json'}};
  const {json} = await call('/sync/contact', options, reached ? 20 : 5);
  if (json?.takan !== 'sync/1' || !json.epoch) return {};
  await store.note('offset', Date.now() - Date.parse(json.now));
  if (await sendAgain(operations, json)) return {wait: 1};
  for (const {id} of operations.filter(o => !o.settled && json.settled?.includes(o.id))) {
    await store.updateOperation(id, chosen);
    news.postMessage({sent: id});
  }
  await tidy();
  return {};
}

const lastDecided = operations => operations.filter(o => o.receipt)
  .sort((a, b) => b.receipt.server_seq - a.receipt.server_seq)[0]?.id ?? null;

/** A restored server has another epoch, or has forgotten the last numbers, or does not know the last
 *  record it decided: send those again. What it knows it answers with the old receipt, and its own
 *  epoch beside it. */
async function sendAgain(operations, {epoch, server_seq, known}) {
  const lost = operations.filter(o => o.receipt && (known === false || (o.epoch ?? o.receipt.epoch) !== epoch
    || (o.receipt.epoch === epoch && o.receipt.server_seq > server_seq)));
  for (const {id} of lost) {
    await store.updateOperation(id, now => ({...now, state: 'waiting', receipt: null, photos_sent: [], photos_parked: [], photos_lost: [], settled: false}));
  }
  return lost.length > 0;
}
