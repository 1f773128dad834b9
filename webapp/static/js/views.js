// What a field page needs beyond its context (webapp/views.py is the twin).
import {codeOf, sha256} from './digest.js';
import {slipText} from './slip.js';

const EMPTY_HAZARD = {
  location: '', plan_id: '', pin_x: null, pin_y: null, description: '', category: '',
  severity: 'general', basis_document: '', basis_clause: '', suggestion: '', deadline: '7',
  no_photo_reason: '', photos: [],
};
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

function newHazard(context) {
  const label = nextLabel(context.hazards.map(h => h.label), context.person.letter);
  return {next_label: label, form: {...EMPTY_HAZARD, label}};
}

async function slip(context) {
  const text = slipText(context);
  const hash = await sha256(text);
  return {
    slip: JSON.parse(text), slip_text: text, slip_hash: hash, slip_code: codeOf(hash),
    record_ready: context.record.content !== '',
  };
}

async function sign(context, params) {
  if (!['consultant', 'enterprise'].includes(params.party)) return null;
  const [first] = context.confirmation.signatures;
  return {...await slip(context), previous: first ? first.hash : '', form: EMPTY_JUDGEMENT};
}

const ink = async context => ({...await slip(context), form: {...EMPTY_JUDGEMENT, photos: []}});

const VIEWS = {hazard, edit_hazard: hazard, new_hazard: newHazard, slip, sign, ink};

/** null: there is no such page. */
export const extras = async (name, context, params) => VIEWS[name] ? VIEWS[name](context, params) : {};
