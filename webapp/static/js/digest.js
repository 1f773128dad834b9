// Hashes, codes and ids, as the server computes them.

const hex = bytes => [...new Uint8Array(bytes)].map(b => b.toString(16).padStart(2, '0')).join('');
export const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LENGTH = 13;

export async function sha256(data) {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  return hex(await crypto.subtle.digest('SHA-256', bytes));
}

/** The first 65 bits of a hash in Crockford's base 32. */
export function codeOf(hash) {
  const bits = BigInt(`0x${hash}`) >> BigInt(256 - 5 * CODE_LENGTH);
  return Array.from({length: CODE_LENGTH}, (_, place) =>
    CROCKFORD[Number(bits >> BigInt(5 * (CODE_LENGTH - 1 - place)) & 31n)]).join('');
}

/** UUIDv7: 48 bits of milliseconds, then chance. */
export function newId(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  new DataView(bytes.buffer).setUint16(0, Math.floor(now / 2 ** 32));
  new DataView(bytes.buffer).setUint32(2, now % 2 ** 32);
  bytes[6] = bytes[6] & 0x0f | 0x70;
  bytes[8] = bytes[8] & 0x3f | 0x80;
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const bytesOf = text => Uint8Array.from(text.match(/../g) ?? [], byte => parseInt(byte, 16));

/** PBKDF2-SHA256, 100,000 rounds, hex. */
export async function pinHash(saltHex, pin) {
  const salt = bytesOf(saltHex);
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveBits']);
  const settings = {name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 100000};
  return hex(await crypto.subtle.deriveBits(settings, key, 256));
}

/** Eight bits that catch most mistyped PINs, and are no part of the hash. */
export const pinCheck = async (salt, pin) => (await pinHash((await sha256(`${salt}:check`)).slice(0, 32), pin)).slice(0, 2);

/** What only someone who typed this PIN could make, good for one slip alone. */
export async function pinProof(hash, slipHash) {
  const key = await crypto.subtle.importKey('raw', bytesOf(hash), {name: 'HMAC', hash: 'SHA-256'}, false, ['sign']);
  return hex(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(slipHash)));
}
