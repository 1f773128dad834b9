// Where a page's context comes from: the network for three seconds, else what was kept; then
// what waits is laid over it.
import {shanghaiDay} from './filters.js';
import {overlayVisit} from './overlay.js';
import {overlayToday} from './overlay_today.js';
import * as store from './store.js';

const PATIENCE = 3000;
const NOTHING_KEPT = 15e3; // then there is nothing to show instead
const LOCAL_FIRST = 60e3;
let localUntil = 0;
// Somebody reached the office: the next page asks again.
new BroadcastChannel('takan').addEventListener('message', ({data}) => { if (data.heard) localUntil = 0; });

const gone = json => json?.error?.params?.gone;
const slow = ms => new Promise(resolve => setTimeout(resolve, ms, {status: 0, json: null}));

async function ask(path) {
  try {
    const response = await fetch(path, {headers: {Accept: 'application/json'}, redirect: 'manual', cache: 'no-store'});
    const json = await response.clone().json().catch(() => null);
    // A portal's page, a proxy's 502: anything without our signature is no network.
    return json?.takan === 'sync/1' ? {status: response.status, json, response} : {status: 0, json: null};
  } catch {
    return {status: 0, json: null};
  }
}

async function keep(path, {status, json}, asker) {
  if (gone(json)) return empty(asker);
  if (status !== 200) return;
  const current = await store.currentPerson();
  // Late: who asked has signed out meanwhile, and must not come back with the answer.
  if (current !== asker) return;
  // Another person signed in on this browser: from now on it is theirs.
  if (json.person && json.person.id !== current) await store.setCurrentPerson(json.person.id);
  await store.keepContext(json.person?.id ?? asker, path, json);
  // Contexts go at sign-out; what a rescue file is sealed with stays.
  if (json.rescue_key && await store.getMeta('rescue_key') !== json.rescue_key) await store.setMeta('rescue_key', json.rescue_key);
}

/** Signed out from elsewhere, or no longer with us: the day goes; what waits stays, with its page. */
const empty = person => store.forgetDay(person, today => ({...today, visits: [], engagements: [], dues: []}));

/** → {context or null, state: {offline, sign_in_needed}, response: the network's own, for JSON}. */
export async function contextOf(path, params, {asJson, local}) {
  const [asker, kept] = await Promise.all([store.currentPerson(), store.get('contexts', path)]);
  const instead = kept ?? await standIn(params);
  const patient = asJson || !instead || Date.now() > localUntil;
  if (local && instead) return {context: await laidOver(instead, params), state: {}};
  const asking = ask(path).then(async found => { await keep(path, found, asker); return found; });
  const found = patient ? await Promise.race(asJson ? [asking] : [asking, slow(instead ? PATIENCE : NOTHING_KEPT)]) : {status: -1, json: null};
  if (found.status === 0) localUntil = Date.now() + LOCAL_FIRST;
  else if (found.status > 0) localUntil = 0;
  const state = {offline: found.status === 0 || found.status === -1, sign_in_needed: found.status === 401};
  if (asJson) return {context: null, state, response: found.response};
  const base = found.status === 200 ? found.json : gone(found.json) ? await store.get('contexts', path) : instead;
  if (!base) return {context: null, state};
  return {context: await laidOver(base, params), state};
}

/** A visit begun or joined here that this phone never had from the server: its engagement's seed
 *  stands in. */
async function standIn({visit}) {
  if (!visit) return null;
  const begun = (await store.operationsOf(visit)).find(o => ['visit.start', 'visit.join'].includes(o.kind));
  const seed = begun && await store.get('contexts', `/engagements/${begun.payload.engagement_id}/visit`);
  if (!seed) return null;
  const context = structuredClone(seed);
  const {number, code = '', planned_on} = begun.payload;
  Object.assign(context.visit, {
    id: visit, url: `/visits/${visit}`, number, code, planned_on: planned_on || shanghaiDay(begun.made_at),
  });
  return context;
}

async function laidOver(base, {visit}) {
  if (visit) return overlayVisit(base, await store.operationsOf(visit));
  return base.visits ? overlayToday(base, await store.allOperations()) : base;
}
