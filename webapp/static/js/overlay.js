// context + what waits = what the server will say. The one second implementation of the domain:
// one small function for each kind of operation. Applying twice changes nothing.
import {alike, newer, settle, unheard, write} from './beside.js';
import {shanghaiDay} from './filters.js';

const DAYS = {now: 0, 3: 3, 7: 7, 15: 15, 30: 30};
const text = value => (value ?? '').trim();

export function dueOn(madeAt, deadline) {
  const day = new Date(`${shanghaiDay(madeAt)}T00:00:00Z`);
  return new Date(day.getTime() + DAYS[deadline] * 864e5).toISOString().slice(0, 10);
}

const UNINKED = {satisfaction: '', comments: '', inked_at: '', ink_signer: '', ink_post: '', ink_reason: '', ink_photos: [],
  photos_missing: [], missing_on: [], delivery: ''};

const HAZARD_WORDS = ['location', 'description', 'category', 'severity', 'basis_document',
  'basis_clause', 'suggestion', 'deadline', 'no_photo_reason'];

function hazardFields(payload, foundAt) {
  const pinned = payload.pin_x != null && payload.pin_y != null;
  return {
    ...Object.fromEntries(HAZARD_WORDS.map(name => [name, text(payload[name])])),
    plan_id: text(payload.plan_id), photos: payload.photos ?? [], due_on: dueOn(foundAt, payload.deadline),
    pin_x: pinned ? payload.pin_x : null, pin_y: pinned ? payload.pin_y : null,
  };
}

/** Why somebody signs whom the enterprise did not authorise. */
function notListed({signers}, {signer_name, reason}) {
  return !signers.length || signers.some(({name}) => name === text(signer_name)) ? '' : text(reason) || 'unsaid';
}

/** One's own coming, the first time: when, and with which phone. */
function come({visit}, {made_at, device}) {
  if (!visit.joined_at) Object.assign(visit, {joined_at: made_at, joined_device: device});
}

const onVisit = {
  'visit.start'(context, {payload, made_at, made_by, device}) {
    const {visit} = context;
    come(context, {made_at, device});
    if (visit.started_at) return;
    Object.assign(visit, {
      id: payload.visit_id, url: `/visits/${payload.visit_id}`, started_at: made_at, started_by: made_by,
      planned_on: visit.planned_on || shanghaiDay(made_at), also_present: text(payload.also_present),
      accompanied_by: text(payload.accompanied_by), service_date: text(payload.service_date),
    });
  },
  'visit.join': come,
  'visit.end'({visit}, {payload, made_at}) {
    if (visit.ended_at) return;
    Object.assign(visit, {ended_at: made_at, also_present: text(payload.also_present), accompanied_by: text(payload.accompanied_by)});
  },
  'hazard.record'(context, {id, payload, made_at, made_by}, mark) {
    const there = context.hazards.findIndex(h => h.id === id);
    const hazard = {
      id, url: `${context.visit.url}/hazards/${id}`, label: text(payload.label), number: '',
      ...hazardFields(payload, made_at), recorded_by: made_by, recorded_name: context.person.name,
      recorded_at: made_at, withdrawn_at: '', withdrawn_reason: '', latest_operation: id,
      latest_name: context.person.name, latest_at: made_at, versions: [], delivery: mark,
    };
    if (there < 0) context.hazards.push(hazard);
    else context.hazards[there].delivery = mark || context.hazards[there].delivery;
    context.hazards.sort((a, b) => a.recorded_at < b.recorded_at ? -1 : a.recorded_at > b.recorded_at ? 1 : a.id < b.id ? -1 : 1);
  },
  'hazard.edit'(context, operation, mark) {
    const {id, payload, base, made_at} = operation;
    const hazard = context.hazards.find(h => h.id === payload.hazard_id);
    if (!hazard) return;
    hazard.delivery = mark || hazard.delivery;
    settle(hazard, operation);
    const fields = hazardFields(payload, hazard.recorded_at);
    const back = payload.restored && hazard.withdrawn_at ? {withdrawn_at: '', withdrawn_reason: ''} : {};
    if (hazard.latest_operation !== base || alike(hazard, {...fields, ...back})) return;
    write(hazard, operation.kind, fields, {...back, latest_operation: id, latest_name: context.person.name, latest_at: made_at});
  },
  'hazard.withdraw'(context, operation, mark) {
    const {id, payload, base, made_at} = operation;
    const hazard = context.hazards.find(h => h.id === payload.hazard_id);
    if (!hazard) return;
    hazard.delivery = mark || hazard.delivery;
    settle(hazard, operation);
    if (hazard.withdrawn_at || base && base !== hazard.latest_operation) return;
    write(hazard, operation.kind, {withdrawn_reason: text(payload.reason)}, {
      withdrawn_at: made_at, latest_operation: id, latest_name: context.person.name, latest_at: made_at,
    });
  },
  'record.write'({record, person}, operation, mark) {
    const {id, payload, made_at, base} = operation;
    record.delivery = mark || record.delivery;
    settle(record, operation);
    const fields = {content: text(payload.content), process: text(payload.process), result: text(payload.result)};
    if (record.latest_operation !== (base ?? '') || alike(record, fields)) return;
    write(record, operation.kind, fields, {written_at: made_at, written_name: person.name, latest_operation: id});
  },
  'confirmation.sign'(context, {id, payload, made_at, made_by, hash, code, signature_hash}, mark) {
    const signer_id = payload.signer_id ?? (payload.party === 'consultant' ? made_by : '');
    const signature = {
      id, party: payload.party, signer_id, doubt: '', reason: payload.party === 'enterprise' ? notListed(context, payload) : '', signer_name: text(payload.signer_name), signer_post: text(payload.signer_post),
      strokes: payload.strokes, signed: payload.signed, hash: signature_hash,
      previous: JSON.parse(payload.signed).previous, made_at, delivery: mark,
    };
    const known = context.confirmation.signatures.find(s => s.id === id);
    if (known) { known.delivery = mark; return; }
    if (payload.party === 'consultant') {
      context.confirmation = {id, slip: payload.slip, hash, code, made_at, ...UNINKED, signatures: [signature]};
    } else if (context.confirmation.id === payload.confirmation_id) {
      const {confirmation} = context;
      if (confirmation.signatures.some(s => s.signer_id === signer_id)) return;
      confirmation.signatures.push(signature);
      if (payload.party === 'enterprise') Object.assign(confirmation, {satisfaction: payload.satisfaction, comments: text(payload.comments)});
    }
  },
  'confirmation.ink'(context, {id, payload, made_at, hash, code}, mark) {
    const open = context.confirmation.slip === payload.slip;
    if (open && context.confirmation.satisfaction) { context.confirmation.delivery = mark; return; }
    if (!open) context.confirmation = {id, slip: payload.slip, hash, code, made_at, ...UNINKED, signatures: []};
    Object.assign(context.confirmation, {
      satisfaction: payload.satisfaction, comments: text(payload.comments), inked_at: made_at, delivery: mark,
      ink_signer: text(payload.signer_name), ink_post: text(payload.signer_post), ink_reason: notListed(context, payload), ink_photos: payload.photos,
    });
  },
};

/** Still to be laid over: not refused, not a conflict, and not yet in what the server told. */
export function counts(operation, context) {
  const {receipt} = operation;
  if (!receipt) return true;
  return receipt.outcome === 'applied' && newer(receipt, context);
}

/** Missing there, but taken with this phone: here they are. */
function arrivedHere(one, photos, own) {
  const gone = list => list.filter(sha256 => photos.includes(sha256) && !own.has(sha256));
  one.photos_missing = gone(one.photos_missing ?? []);
  one.missing_on = (one.missing_on ?? []).map(phone => ({...phone, photos: gone(phone.photos)})).filter(phone => phone.photos.length);
}

export const markOf = ({state}) => ({waiting: 'waiting', photos: 'waiting', held: 'waiting', other: 'waiting', needs_you: 'needs_you'})[state] ?? '';

/** What contexts kept by an older build lack. */
const GROWN = {joined_at: '', joined_device: '', code: ''};

export function overlayVisit(given, operations) {
  const context = structuredClone(given);
  context.visit = {...GROWN, colleagues: [], ...context.visit};
  for (const operation of operations) {
    const mark = markOf(operation);
    if (counts(operation, context)) onVisit[operation.kind]?.(context, operation, mark);
    else if (operation.receipt.outcome === 'conflict') unheard(context, operation);
    else if (mark === 'waiting') onVisit[operation.kind]?.(context, {...operation, base: undefined}, mark);
    if (operation.kind.startsWith('visit.') && mark) context.visit.delivery = mark;
  }
  const own = new Set(operations.flatMap(o => o.photos.map(photo => photo.sha256)));
  for (const hazard of context.hazards) {
    arrivedHere(hazard, hazard.photos, own);
    for (const version of hazard.versions ?? []) arrivedHere(version, version.photos, own);
  }
  arrivedHere(context.confirmation, context.confirmation.ink_photos ?? [], own);
  return context;
}
