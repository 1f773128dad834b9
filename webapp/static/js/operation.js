// A form becomes an operation: immutable from here on.
import {codeOf, newId, sha256} from './digest.js';

export const APP = globalThis.TAKAN_BUILD ?? 'dev';
const CONTROL = new Set(['operation_id', 'base', 'photo_files', 'offset', 'previous']);
const NUMBERS = new Set(['number', 'pin_x', 'pin_y']);
const JSONS = new Set(['strokes', 'place']);

function value(name, given) {
  if (NUMBERS.has(name)) return given === '' ? null : Number(given);
  if (JSONS.has(name)) return given === '' ? null : JSON.parse(given);
  // toWellFormed() came to iOS with 16.4.
  return given.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Form fields → payload; files stay behind, their hashes travel in `photos`. */
export function payloadOf(form, action) {
  const payload = identities(action);
  for (const [name, given] of form) {
    if (CONTROL.has(name) || typeof given !== 'string' || name === 'photos') continue;
    payload[name] = value(name, given);
  }
  if (form.has('photos') || form.has('no_photo_reason')) payload.photos = [...new Set(form.getAll('photos'))];
  return payload;
}

/** `/visits/X/hazards/Y/…` names the visit and the hazard; the same address serves without us. */
function identities(action) {
  const [, visit_id, hazard_id] = action.match(/^\/visits\/([^/]+)(?:\/hazards\/([^/]+))?/) ?? [];
  return {visit_id, ...hazard_id && {hazard_id}};
}

/** Everything known before the number in the store is: the rest is `finish`. */
export function begin({kind, form, action, person}) {
  return {
    // The form's own id: tapped twice it is one operation.
    id: form.get('operation_id') || newId(), kind, payload: payloadOf(form, action), made_at: new Date().toISOString(), made_by: person,
    base: form.get('base') || null, previous: form.get('previous') ?? '',
  };
}

/** The record to store: exact bytes, digest, and what the overlay needs. */
export async function finish(begun, seq, device, photos) {
  const {offset, previous, ...operation} = begun;
  const extra = await EXTRAS[operation.kind]?.(operation, device, offset, previous) ?? {};
  const body = JSON.stringify({...operation, device, seq, photos, app: APP});
  return {
    ...operation, device, seq, photos, ...extra, body, digest: await sha256(body),
    visit: operation.payload.visit_id, state: 'waiting', receipt: null, problem: null, photos_sent: [],
  };
}

/** The signed object: its exact text travels, and its hash binds the next signature. */
async function signed({payload, made_at}, device, offset, previous) {
  const slip_hash = await sha256(payload.slip);
  const {signer_id, proof} = payload;
  payload.signed = JSON.stringify({
    slip_hash, strokes_hash: await sha256(JSON.stringify(payload.strokes)), party: payload.party,
    signer_name: payload.signer_name, signer_post: payload.signer_post, satisfaction: payload.satisfaction,
    comments: payload.comments, ...signer_id && {signer_id, proof}, consent: '1', made_at, offset, place: null, device, app: APP, previous,
  });
  return {...await coded(payload.slip), signature_hash: await sha256(payload.signed)};
}

async function coded(slip) {
  const hash = await sha256(slip);
  return {hash, code: codeOf(hash)};
}

const EXTRAS = {'confirmation.sign': signed, 'confirmation.ink': ({payload}) => coded(payload.slip)};
