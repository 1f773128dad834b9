// Ready before the gate: contexts and plan images of my visits, through the worker.
import * as store from './store.js';
import {news} from './news.js';

const json = path => fetch(path, {headers: {Accept: 'application/json'}}).then(r => {
  if (!r.ok) throw new Error(path);
  return r.json();
});

const drawings = ({plans}) => Promise.all(plans.map(({url}) => fetch(url).then(r => { if (!r.ok) throw new Error(url); })));

/** Marks `ready:<visit>` only when everything of the visit is here. */
export async function preload() {
  const today = await json('/today').catch(() => null);
  if (!today?.visits) return;
  // What a visit nobody planned would need comes first: 离线就绪 is also believed for that.
  for (const engagement of today.engagements) await json(engagement.url).then(drawings).catch(() => null);
  const visits = today.visits.filter(visit => !visit.enterprise_signed_at);
  let changed = false;
  for (const visit of visits) changed = await ready(visit) || changed;
  if (changed) news.postMessage({ready: true});
}

async function ready(visit) {
  try {
    await drawings(await json(visit.url));
    if (await store.getMeta(`ready:${visit.id}`)) return false;
    await store.setMeta(`ready:${visit.id}`, new Date().toISOString());
    return true;
  } catch {
    return false;
  }
}
