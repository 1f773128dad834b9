// The answer table of sync/PROTOCOL.md: what an answer means for what the phone holds. Pure.

/** Nothing of it waits any more. */
export const DONE = ['delivered', 'settled'];

const ours = json => json?.takan === 'sync/1';

/** → {change?, wait?, stop?, later?}; no `wait` and no `stop`: go on with the next, but when it is
 *  `later` or still undecided not with those of the same visit, which may need this one. */
export function judge(record, {status, after, json}) {
  if (!ours(json)) return {wait: 0, odd: true};
  const {receipt, error} = json;
  if (receipt) return decided(record, receipt, json.photos_missing ?? [], json.epoch ?? receipt.epoch);
  return problem(status, after, error ?? {code: 'unknown', params: {}});
}

function decided(record, receipt, missing, epoch) {
  if (receipt.operation_id !== record.id || receipt.digest !== record.digest) return {wait: 0, odd: true};
  const {outcome, reason} = receipt;
  if (outcome === 'refused') return {change: {receipt, epoch, state: 'needs_you', problem: reason}};
  const sent = record.photos.map(p => p.sha256).filter(sha256 => !missing.includes(sha256));
  const state = sent.length < record.photos.length ? 'photos' : whole({...record, receipt});
  return {change: {receipt, epoch, state, photos_sent: sent, problem: outcome === 'conflict' ? reason : null}};
}

/** Where an operation stands when all of it has arrived. */
export const whole = ({receipt, settled}) =>
  receipt.outcome !== 'conflict' ? 'delivered' : settled ? 'settled' : 'needs_you';

/** A person has chosen: nothing of it waits any more, but a photo still goes on its way first. */
export const chosen = record => {
  const asks = record.state === 'needs_you' && ['edited_meanwhile', 'same_id'].includes(record.problem?.code);
  return {...record, settled: true, state: asks ? 'settled' : record.state};
};

function problem(status, after, {code, params}) {
  if (status === 401) return {stop: 'sign_in'};
  if (code === 'other_person') return {change: {state: 'other', problem: {code, params}}};
  if (code === 'unknown_kind') return {change: {state: 'held', problem: {code, params}}};
  if ([400, 403, 413, 422].includes(status)) return {change: {state: 'needs_you', problem: {code, params}}};
  if (status === 507) return {change: {problem: {code, params}}, wait: 60e3};
  // Said to its person while it waits: the office stumbles over this one.
  return patience(status, after) ?? {later: true, change: {problem: {code, params}}};
}

const patience = (status, after) => status === 507 ? {wait: 60e3} : [429, 503].includes(status) ? {wait: after * 1000} : null;

/** One piece of a photo → {arrived} · {at}: go on from there · {broken}: from the start · {later}:
 *  this one only, the others go on. */
export function judgePhoto({sha256, size}, {status, after, json}) {
  if (!ours(json)) return {wait: 0, odd: true};
  if (json.sha256 === sha256 && json.size === size) return {arrived: true};
  if (json.sha256 === sha256 && Number.isInteger(json.offset)) return {at: json.offset};
  const {code, params} = json.error ?? {code: 'unknown', params: {}};
  if (status === 401) return {stop: 'sign_in'};
  if (code === 'other_person') return {wait: 0}; // somebody else has signed in meanwhile
  if (status === 409 && code === 'offset') return {at: params.offset};
  if (status === 409 && code === 'wrong_hash') return {broken: true};
  if ([400, 404, 413, 422].includes(status)) return {problem: {code, params: {}}};
  return {...patience(status, after) ?? {later: true}, note: {code, params: {}}};
}
