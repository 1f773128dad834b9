// 两处修改 in the overlay: what stands beside a hazard or a record until a person has chosen.

export const newer = (receipt, context) => receipt.epoch === context.epoch && receipt.server_seq > context.server_seq;
export const alike = (one, fields) => Object.keys(fields).every(name => JSON.stringify(one[name]) === JSON.stringify(fields[name]));

/** A choice, or an edit of one's own edit: what it was about is not offered any more. */
export function settle(owner, {base, payload}) {
  owner.versions = (owner.versions ?? []).filter(({id}) => id !== base && id !== payload.resolves);
}

/** Ours met another change that this context has not heard of: what to choose from is not here yet. */
export function unheard(context, {id, kind, payload, base, made_at, receipt, problem, settled}) {
  const owner = kind === 'record.write' ? context.record : context.hazards.find(h => h.id === payload.hazard_id);
  if (!owner || settled || problem?.code !== 'edited_meanwhile' || !newer(receipt, context)) return;
  settle(owner, {base, payload});
  const url = `${owner.url ?? `${context.visit.url}/record`}/versions/${id}`;
  owner.versions.push({id, kind: 'unheard', url, made_name: context.person.name, made_at, photos: []});
}

/** Written: what says the same is no other side any more. */
export function write(owner, kind, fields, more) {
  Object.assign(owner, fields, more);
  if (kind === 'hazard.edit' && owner.withdrawn_at) return;
  const said = kind === 'hazard.withdraw' ? {} : fields;
  owner.versions = owner.versions.filter(version => version.kind !== kind || !alike(version, said));
}
