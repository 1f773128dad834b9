// 服务确认单: the canonical text (webapp/standard/slip.py is the twin; shared vectors hold them).
import {shanghaiDay} from './filters.js';

/** Whose hazards these are: a name and the labels, in the order of their first. */
function recorders(hazards) {
  const found = new Map();
  for (const {recorded_by, recorded_name, label} of hazards) {
    if (!found.has(recorded_by)) found.set(recorded_by, [recorded_name]);
    found.get(recorded_by).push(label);
  }
  return [...found.values()].map(([name, ...labels]) => `${name} ${labels.join('\u3001')}`);
}

export function slipOf({visit, record, enterprise, institution, engagement, hazards: all}) {
  const hazards = all.filter(h => !h.withdrawn_at);
  return {
    template: 'C.1/2',
    visit_id: visit.id,
    number: visit.number,
    enterprise: enterprise.name,
    institution: institution.name,
    items: engagement.items,
    lead: engagement.lead,
    service_date: visit.service_date || (visit.started_at ? shanghaiDay(visit.started_at) : ''),
    started_at: visit.started_at,
    ended_at: visit.ended_at,
    content: record.content,
    process: record.process,
    result: record.result,
    hazards: hazards.map(h => h.label),
    recorders: recorders(hazards),
  };
}

/** What was frozen by the consultant's signature, else what it would be now. */
export const slipText = context =>
  context.confirmation.id ? context.confirmation.slip : JSON.stringify(slipOf(context));
