// What the phone tells the office it holds (sync/PROTOCOL.md, POST /sync/contact). Pure.
import {DONE} from './answers.js';

/** Rising numbers as ranges: 1, 2, 3, 7 → [[1, 3], [7, 7]]. */
export function ranges(numbers) {
  const found = [];
  for (const n of numbers) {
    const last = found[found.length - 1];
    if (last && last[1] === n - 1) last[1] = n;
    else found.push([n, n]);
  }
  return found;
}

/** What this phone lost itself the office need not wait for: it hears so by its not being named. */
const unsent = operations => operations.reduce((n, o) => n + o.photos.length - o.photos_sent.length - (o.photos_lost?.length ?? 0), 0);

/** What the office does not have, and may yet get. */
const absent = undone => undone.filter(o => !o.receipt || o.receipt.outcome !== 'refused' && unsent([o]) > 0);

/** Of each visit what the office does not have: numbers without a receipt, and photos. */
function waiting(undone) {
  return [...new Set(absent(undone).map(o => o.visit))].map(visit => {
    const here = absent(undone).filter(o => o.visit === visit);
    return {visit, seqs: ranges(here.filter(o => !o.receipt).map(o => o.seq)), photos: unsent(here)};
  });
}

/** `operations` in order of their numbers. */
export function holding(operations) {
  const undone = operations.filter(o => !DONE.includes(o.state));
  return {
    operations_waiting: undone.length, photos_waiting: unsent(undone), oldest_waiting: absent(undone)[0]?.made_at ?? null,
    needs_you: undone.filter(o => o.state === 'needs_you').length, waiting: waiting(undone),
  };
}

/** Records and photos that this drain will try to send. */
export const load = ({waiting}) => waiting.reduce((n, {seqs, photos}) => n + photos + seqs.reduce((m, [a, b]) => m + b - a + 1, 0), 0);
