// L1, L2, Lk1: letters say whose, and numbers count on one phone.
const parted = label => label?.match(/^(.*?)(\d+)$/) ?? [];
const keyOf = ({visit_id}, letters) => `label:${visit_id}:${letters}`;

/** Where the store keeps the highest number given. */
export function labelKeyOf({payload}) {
  return keyOf(payload, parted(payload.label)[1]);
}

/** [key, number] that a record used up, or null. */
export function usedUp(payload) {
  const [, letters, number] = parted(payload?.label);
  return number ? [keyOf(payload, letters), +number] : null;
}

/** A label that another tab, or a page from before, took meanwhile gives way to the next one. */
export function labelled(begun, taken = 0) {
  const [, letters, number] = parted(begun.payload.label);
  return number ? {...begun, payload: {...begun.payload, label: letters + Math.max(number, taken + 1)}} : begun;
}
