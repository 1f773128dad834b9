// Ready before the gate: contexts and plan images of my visits, through the worker.
import * as store from './store.js';
import {news} from './news.js';

const json = path => fetch(path, {headers: {Accept: 'application/json'}}).then(r => {
  if (!r.ok) throw new Error(path);
  return r.json();
});

const drawings = ({plans}) => Promise.all(plans.map(({url}) => fetch(url).then(r => { if (!r.ok) throw new Error(url); })));

/** Marks `ready:<id>` of a visit, or of a project, only when everything of it is here. */
export async function preload() {
  const today = await json('/today').catch(() => null);
  if (!today?.visits) return;
  // What a visit nobody planned would need comes first: 离线就绪 is also believed for that.
  let changed = false;
  for (const engagement of today.engagements) changed = await ready(engagement) || changed;
  const visits = today.visits.filter(visit => !visit.enterprise_signed_at);
  for (const visit of visits) changed = await ready(visit) || changed;
  if (changed) news.postMessage({ready: true});
}

async function ready({id, url}) {
  try {
    await drawings(await json(url));
    if (await store.getMeta(`ready:${id}`)) return false;
    await store.setMeta(`ready:${id}`, new Date().toISOString());
    return true;
  } catch {
    return false;
  }
}
