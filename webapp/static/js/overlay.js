// context + what waits = what the server will say. The one second implementation of the domain:
// one small function for each kind of operation. Applying twice changes nothing.
import {shanghaiDay} from './filters.js';

const DAYS = {now: 0, 3: 3, 7: 7, 15: 15, 30: 30};
const text = value => (value ?? '').trim();

export function dueOn(madeAt, deadline) {
  const day = new Date(`${shanghaiDay(madeAt)}T00:00:00Z`);
  return new Date(day.getTime() + DAYS[deadline] * 864e5).toISOString().slice(0, 10);
}

const UNINKED = {satisfaction: '', comments: '', inked_at: '', ink_signer: '', ink_post: '', ink_photos: [],
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
      recorded_at: made_at, withdrawn_at: '', withdrawn_reason: '', latest_operation: id, delivery: mark,
    };
    if (there < 0) context.hazards.push(hazard);
    else context.hazards[there].delivery = mark || context.hazards[there].delivery;
    context.hazards.sort((a, b) => a.recorded_at < b.recorded_at ? -1 : a.recorded_at > b.recorded_at ? 1 : a.id < b.id ? -1 : 1);
  },
  'hazard.edit'(context, {id, payload, base}, mark) {
    const hazard = context.hazards.find(h => h.id === payload.hazard_id);
    if (!hazard) return;
    hazard.delivery = mark || hazard.delivery;
    if (hazard.latest_operation !== base) return;
    Object.assign(hazard, hazardFields(payload, hazard.recorded_at), {latest_operation: id});
  },
  'hazard.withdraw'(context, {id, payload, made_at}, mark) {
    const hazard = context.hazards.find(h => h.id === payload.hazard_id);
    if (!hazard) return;
    hazard.delivery = mark || hazard.delivery;
    if (hazard.withdrawn_at) return;
    Object.assign(hazard, {withdrawn_at: made_at, withdrawn_reason: text(payload.reason), latest_operation: id});
  },
  'record.write'({record}, {id, payload, made_at, base}, mark) {
    record.delivery = mark || record.delivery;
    if (record.latest_operation !== (base ?? '')) return;
    Object.assign(record, {
      content: text(payload.content), process: text(payload.process), result: text(payload.result),
      written_at: made_at, latest_operation: id,
    });
  },
  'confirmation.sign'(context, {id, payload, made_at, made_by, hash, code, signature_hash}, mark) {
    const signer_id = payload.signer_id ?? (payload.party === 'consultant' ? made_by : '');
    const signature = {
      id, party: payload.party, signer_id, doubt: '', signer_name: text(payload.signer_name), signer_post: text(payload.signer_post),
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
      ink_signer: text(payload.signer_name), ink_post: text(payload.signer_post), ink_photos: payload.photos,
    });
  },
};

const onToday = {
  'visit.start'(item, {made_at}) { item.started_at ||= made_at; item.joined_at ||= made_at; },
  'visit.join'(item, {made_at}) { item.joined_at ||= made_at; },
  'visit.end'(item, {made_at}) { item.ended_at ||= made_at; },
  'hazard.record'(item, _, context, operations) { item.hazard_count = counted(item, context, operations); },
  'confirmation.sign'(item, {payload, made_at}) {
    if (payload.party === 'consultant') Object.assign(item, {consultant_signed_at: made_at, enterprise_signed_at: ''});
    else if (payload.party === 'enterprise') item.enterprise_signed_at ||= made_at;
  },
  'confirmation.ink'(item, {made_at}) { item.enterprise_signed_at ||= made_at; },
};

/** Hazards recorded here and not yet counted there, less those withdrawn here. */
function counted(item, context, operations) {
  const own = operations.filter(o => o.visit === item.id && counts(o, context));
  const withdrawn = new Set(own.filter(o => o.kind === 'hazard.withdraw').map(o => o.payload.hazard_id));
  return item.base_count + own.filter(o => o.kind === 'hazard.record').length - withdrawn.size;
}
onToday['hazard.withdraw'] = onToday['hazard.record'];

/** Still to be laid over: not refused, not a conflict, and not yet in what the server told. */
export function counts(operation, context) {
  const {receipt} = operation;
  if (!receipt) return true;
  if (receipt.outcome !== 'applied') return false;
  return receipt.epoch === context.epoch && receipt.server_seq > context.server_seq;
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
    else if (mark === 'waiting') onVisit[operation.kind]?.(context, {...operation, base: undefined}, mark);
    if (operation.kind.startsWith('visit.') && mark) context.visit.delivery = mark;
  }
  const own = new Set(operations.flatMap(o => o.photos.map(photo => photo.sha256)));
  for (const hazard of context.hazards) arrivedHere(hazard, hazard.photos, own);
  arrivedHere(context.confirmation, context.confirmation.ink_photos ?? [], own);
  return context;
}

export function overlayToday(given, operations) {
  const context = structuredClone(given);
  for (const item of context.visits) { item.base_count = item.hazard_count; item.joined_at ??= ''; }
  for (const operation of operations) {
    if (['visit.start', 'visit.join'].includes(operation.kind)) addWalkIn(context, operation);
    const item = context.visits.find(v => v.id === operation.visit);
    if (!item) continue;
    item.delivery = markOf(operation) || item.delivery;
    if (counts(operation, context)) onToday[operation.kind]?.(item, operation, context, operations);
  }
  for (const engagement of context.engagements) for (const open of engagement.open_visits ?? []) {
    open.joined = +!!context.visits.find(v => v.id === open.id)?.joined_at;
  }
  for (const item of context.visits) delete item.base_count;
  return context;
}

/** A visit that nobody planned for me appears in the list as soon as I started or joined it. */
function addWalkIn(context, operation) {
  const engagement = context.engagements.find(e => e.id === operation.payload.engagement_id);
  if (!engagement || !counts(operation, context) || context.visits.some(v => v.id === operation.visit)) return;
  context.visits.push({
    id: operation.visit, url: `/visits/${operation.visit}`, engagement_id: engagement.id,
    number: operation.payload.number, planned_on: operation.payload.planned_on || shanghaiDay(operation.made_at), enterprise: engagement.enterprise,
    short_name: engagement.short_name, address: '', lead: '', items: [], started_at: '', ended_at: '', joined_at: '',
    consultant_signed_at: '', enterprise_signed_at: '', hazard_count: 0, base_count: 0, images: [], delivery: '',
  });
}
