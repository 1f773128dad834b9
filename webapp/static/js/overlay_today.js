// The overlay of 今日: my visits, with what waits laid over them.
import {shanghaiDay} from './filters.js';
import {counts, markOf} from './overlay.js';

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

/** Hazards recorded here and not yet counted there, less those withdrawn here, and those back. */
function counted(item, context, operations) {
  const own = operations.filter(o => o.visit === item.id && counts(o, context));
  const turned = new Map();
  for (const {kind, payload} of own) {
    const back = kind === 'hazard.edit' && payload.restored ? 1 : 0;
    if (!back && kind !== 'hazard.withdraw') continue;
    const before = turned.get(payload.hazard_id)?.before ?? 1 - back;
    turned.set(payload.hazard_id, {before, change: back - before});
  }
  const changes = [...turned.values()].reduce((sum, {change}) => sum + change, 0);
  return item.base_count + own.filter(o => o.kind === 'hazard.record').length + changes;
}
onToday['hazard.withdraw'] = onToday['hazard.edit'] = onToday['hazard.record'];

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
