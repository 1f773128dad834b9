// What a field page needs beyond its context (webapp/views.py is the twin).
import {codeOf, sha256} from './digest.js';
import {drawn, found as foundBy, visitOf} from './joining.js';
import {slipText} from './slip.js';
import * as store from './store.js';

const EMPTY_HAZARD = {
  location: '', plan_id: '', pin_x: null, pin_y: null, description: '', category: '',
  severity: 'general', basis_document: '', basis_clause: '', suggestion: '', deadline: '7',
  no_photo_reason: '', photos: [],
};
const NOBODYS = {id: '', code: '', number: '', planned_on: '', started_name: ''};
// What two people may have written differently, in the order it is read.
const COMPARED = ['location', 'description', 'severity', 'deadline', 'suggestion', 'category', 'basis_document',
  'basis_clause', 'plan_id', 'photos', 'no_photo_reason', 'content', 'process', 'result'];
const EMPTY_JUDGEMENT = {signer_name: '', signer_post: '', satisfaction: '', comments: ''};

export function nextLabel(labels, letter) {
  const numbers = labels.filter(l => l.startsWith(letter) && /^\d+$/.test(l.slice(letter.length)))
    .map(l => +l.slice(letter.length));
  return letter + (Math.max(0, ...numbers) + 1);
}

const hazard = (context, params) => {
  const found = context.hazards.find(h => h.id === params.hazard);
  return found ? {hazard: found, form: found} : null;
};

/** id '': nothing to choose about any more, which the page says. */
function version(owner, {operation}) {
  const found = owner.versions?.find(v => v.id === operation);
  if (!found) return {id: '', kind: ''};
  const unlike = name => JSON.stringify(owner[name]) !== JSON.stringify(found[name]);
  const names = COMPARED.filter(name => name in owner && name in found);
  const differs = Object.fromEntries(names.map(name => [name, unlike(name)]));
  if (unlike('pin_x') || unlike('pin_y')) differs.plan_id = true;
  return {...found, names, differs, more_photos: found.photos.filter(photo => !owner.photos?.includes(photo))};
}

function hazardVersion(context, params) {
  const found = hazard(context, params);
  return found && {...found, version: version(found.hazard, params)};
}

const recordVersion = (context, params) => ({version: version(context.record, params)});

/** Who began on another phone of his own labels apart on this one: L1 there, Lk1 here. */
export const lettersOn = async ({letter}, {joined_device}, device) =>
  joined_device && joined_device !== device ? letter + 'abcdefghjkmnpqrstvwxyz'[parseInt((await sha256(device)).slice(0, 8), 16) % 22] : letter;

async function newHazard(context) {
  const letters = await lettersOn(context.person, context.visit, await store.deviceId());
  const label = nextLabel(context.hazards.map(h => h.label), letters);
  return {next_label: label, form: {...EMPTY_HAZARD, label}};
}

async function slip(context) {
  const text = slipText(context);
  const hash = await sha256(text);
  return {
    slip: JSON.parse(text), slip_text: text, slip_hash: hash, slip_code: codeOf(hash), unsigned: unsigned(context),
    record_ready: context.record.content !== '',
  };
}

/** Colleagues whose signature the slip has not. */
function unsigned({confirmation, engagement}) {
  const signed = confirmation.signatures.map(s => s.signer_id);
  return engagement.people.filter(one => !signed.includes(one.id));
}

async function sign(context, params) {
  if (!['consultant', 'colleague', 'enterprise'].includes(params.party)) return null;
  const last = context.confirmation.signatures.at(-1);
  return {...await slip(context), previous: last ? last.hash : '', form: EMPTY_JUDGEMENT};
}

const ink = async context => ({...await slip(context), form: {...EMPTY_JUDGEMENT, photos: []}});

/** The code is drawn before the visit is begun: its id follows from it. */
async function walkIn({engagement}) {
  const code = await drawn(engagement.id, crypto.getRandomValues(new Uint32Array(1))[0]);
  return {new_code: code, new_visit: await visitOf(engagement.id, code)};
}

/** Which visit the typed code means, or why it means none. */
async function join({engagements}, {engagement, code: typed = ''}) {
  const chosen = engagements.find(one => engagements.length === 1 || one.id === engagement);
  const [found, wrong] = chosen && typed ? await foundBy(chosen, typed) : [{}, typed ? 'choose_engagement' : ''];
  return {
    chosen: chosen?.id ?? '', place: chosen?.enterprise ?? '', typed, found: found.id ? found : NOBODYS, wrong,
    going: engagements.flatMap(({open_visits = [], short_name}) =>
      open_visits.filter(v => v.started_at && !v.joined).map(v => ({...v, short_name}))),
  };
}

const VIEWS = {
  walk_in: walkIn, join, hazard, edit_hazard: hazard, hazard_version: hazardVersion, merge_hazard: hazardVersion,
  record_version: recordVersion, merge_record: recordVersion, new_hazard: newHazard, slip, sign, ink,
};

/** null: there is no such page. */
export const extras = async (name, context, params) => VIEWS[name] ? VIEWS[name](context, params) : {};
