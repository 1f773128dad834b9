// The rescue file of sync/PROTOCOL.md: a header line, then frames, each sealed for the institution
// and for its place in the file. One frame in memory at a time.

const FORMAT = 'takan-rescue/1';
const CURVE = {name: 'ECDH', namedCurve: 'P-256'};
const text = new TextEncoder();
const {subtle} = crypto;

const encoded = bytes => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const decoded = word => Uint8Array.from(atob(word.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0));
const sha256 = async bytes => new Uint8Array(await subtle.digest('SHA-256', bytes));
const hex = bytes => Array.from(bytes, b => b.toString(16).padStart(2, '0')).join('');

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}

function bigEndian(number, size) {
  const bytes = new Uint8Array(size);
  new DataView(bytes.buffer).setUint32(size - 4, number);
  return bytes;
}

/** {key, salt, to} for the header, and a function that seals: an ephemeral pair, ECDH, HKDF, AES-GCM. */
async function sealed(institution) {
  const theirs = decoded(institution);
  const pair = await subtle.generateKey(CURVE, false, ['deriveBits']);
  const own = new Uint8Array(await subtle.exportKey('raw', pair.publicKey));
  const point = await subtle.importKey('raw', theirs, CURVE, false, []);
  const shared = await subtle.deriveBits({name: 'ECDH', public: point}, pair.privateKey, 256);
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const secret = await subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  const derived = {name: 'HKDF', hash: 'SHA-256', salt, info: joined(text.encode(FORMAT), own, theirs)};
  const key = await subtle.deriveKey(derived, secret, {name: 'AES-GCM', length: 256}, false, ['encrypt']);
  const keys = {key: encoded(own), salt: encoded(salt), to: hex((await sha256(theirs)).subarray(0, 8))};
  return [keys, async (plain, iv, additionalData) => new Uint8Array(await subtle.encrypt({name: 'AES-GCM', iv, additionalData}, key, plain))];
}

/** Readable by anyone, yet damage shows: each frame is followed by a hash. */
const open = [{key: '', salt: '', to: ''}, async (plain, nonce, line) => joined(plain, await sha256(joined(line, nonce, plain)))];

/** → {line, frame(about, bytes)}: both give parts for a Blob. `institution` is empty for an open file. */
export async function begin(institution, about) {
  const [keys, seal] = institution ? await sealed(institution) : open;
  const line = text.encode(JSON.stringify({format: FORMAT, ...about, ...keys}) + '\n');
  let number = 0;
  return {line, async frame(what, bytes = new Uint8Array()) {
    const plain = joined(text.encode(JSON.stringify(what) + '\n'), bytes);
    const done = await seal(plain, bigEndian(number++, 12), line);
    // A Blob of its own: the browser may lay it on the disk.
    return new Blob([bigEndian(done.length, 4), done]);
  }};
}
