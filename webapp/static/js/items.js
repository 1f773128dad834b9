// What stands in 待上传: each operation with its state, newest first; delivered ones for a day.
import {DONE} from './answers.js';
import * as store from './store.js';

const DAY = 864e5;

export async function items() {
  const operations = await store.allOperations();
  const labels = new Map(operations.filter(o => o.kind === 'hazard.record').map(o => [o.id, o.payload.label]));
  return operations.filter(o => !DONE.includes(o.state) || Date.now() - Date.parse(o.made_at) < DAY)
    .map(o => item(o, labels)).reverse();
}

/** In the office, but not in the record: its author is no longer active, and a manager decides. */
const arrived = ({receipt}) => receipt?.reason?.params?.flags?.includes('set_aside') ? 'set_aside' : 'delivered';

function item(operation, labels) {
  const hazard = operation.payload.hazard_id || operation.id;
  const asks = operation.state === 'needs_you' && operation.problem?.code === 'edited_meanwhile';
  const where = (operation.kind.startsWith('hazard.') ? `/hazards/${hazard}` : asks ? '/record' : '')
    + (asks ? `/versions/${operation.id}` : '');
  return {
    id: operation.id, kind: operation.kind, label: labels.get(hazard) ?? '', place: operation.payload.location ?? '',
    party: operation.payload.party ?? '',
    state: {photos: 'sending', held: 'held_update', other: 'held_other', delivered: arrived(operation)}[operation.state] ?? operation.state,
    photos_total: operation.photos.length, photos_sent: operation.photos_sent.length, made_at: operation.made_at,
    // Nothing of it is on its way any more but what nobody has.
    only_lost: operation.problem?.code === 'photo_lost' && operation.photos_sent.length + (operation.photos_lost?.length ?? 0) >= operation.photos.length,
    url: `/visits/${operation.visit}${where}`, reason: operation.problem ?? {code: '', params: {}},
  };
}
