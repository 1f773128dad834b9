// The code by which a colleague's phone finds the same visit (webapp/standard/joining.py tells how
// and is the twin; shared vectors hold them).
import {CROCKFORD, sha256} from './digest.js';

const MOST = 2 ** 30;
const start = async text => parseInt((await sha256(text)).slice(0, 8), 16);
const check = (salt, number) => (number + salt) % 37;
const numberOf = code => [...code.slice(0, -1)].reduce((sum, one) => sum * 32 + CROCKFORD.indexOf(one), 0);

/** The code of a visit nobody planned, from a random number. */
export async function drawn(engagement, chance) {
  const salt = await start(engagement);
  let number = Math.floor(chance % MOST / 2) * 2;
  while (check(salt, number) >= 32) number = (number + 2) % MOST;
  const places = [5, 4, 3, 2, 1, 0].map(place => number >> 5 * place & 31);
  return [...places, check(salt, number)].map(one => CROCKFORD[one]).join('');
}

const MISREAD = {O: '0', I: '1', L: '1', ' ': '', '-': '', '\u00b7': ''};
export const normal = typed => typed.normalize('NFKC').trim().toUpperCase().replace(/[OIL \u00b7-]/g, one => MISREAD[one]);

export async function valid(engagement, code) {
  if (code.length !== 7 || [...code].some(one => !CROCKFORD.includes(one))) return false;
  return CROCKFORD.indexOf(code[6]) === check(await start(engagement), numberOf(code));
}

/** The id that a code makes, or ''. */
export async function visitOf(engagement, code) {
  if (!await valid(engagement, code) || numberOf(code) % 2) return '';
  const hex = await sha256(`${engagement}/${code}`);
  const variant = '89ab'[parseInt(hex[16], 16) % 4];
  return [hex.slice(0, 8), hex.slice(8, 12), `7${hex.slice(13, 16)}`, variant + hex.slice(17, 20), hex.slice(20, 32)].join('-');
}

/** → [the visit meant, ''] or [{}, the code of a reason]. */
export async function found(engagement, typed) {
  const code = normal(typed);
  if (!await valid(engagement.id, code)) return [{}, 'bad_code'];
  const known = (engagement.open_visits ?? []).find(visit => visit.code === code);
  if (known) return [known, ''];
  const id = await visitOf(engagement.id, code);
  return id ? [{id, code, number: engagement.next_number, planned_on: '', started_name: ''}, ''] : [{}, 'unknown_code'];
}
