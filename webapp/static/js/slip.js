// 服务确认单: the canonical text (webapp/standard/slip.py is the twin; shared vectors hold them).
import {shanghaiDay} from './filters.js';

export function slipOf({visit, record, enterprise, institution, engagement, hazards}) {
  return {
    template: 'C.1/1',
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
    hazards: hazards.filter(h => !h.withdrawn_at).map(h => h.label),
  };
}

/** What was frozen by the consultant's signature, else what it would be now. */
export const slipText = context =>
  context.confirmation.id ? context.confirmation.slip : JSON.stringify(slipOf(context));
