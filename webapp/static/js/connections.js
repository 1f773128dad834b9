// Connections that browsers close as they like: each is opened once, and again when it was lost.
import {openDB, unwrap} from 'idb';

/** By name, as promises. */
export const opened = new Map();

const unfinished = new Set();

/** WebKit's page cache freezes a page with its transactions, and every other page then waits for
 *  them for ever. What was not finished was not called saved: it is given up. */
globalThis.addEventListener?.('pagehide', () => {
  for (const tx of unfinished) try { tx.abort(); } catch { /* it has just finished */ }
});

function watched(db) {
  const raw = unwrap(db);
  raw.transaction = (...given) => {
    const tx = IDBDatabase.prototype.transaction.apply(raw, given);
    unfinished.add(tx);
    for (const end of ['complete', 'abort']) tx.addEventListener(end, () => unfinished.delete(tx));
    return tx;
  };
  return db;
}

/** The database of this name; `upgrade` builds it when it is not there. */
export function open(name, upgrade) {
  const forget = () => opened.delete(name);
  const opening = openDB(name, 1, {upgrade, blocking: (_, __, event) => { event.target.close(); forget(); }, terminated: forget}).then(watched);
  opening.then(db => db.addEventListener('close', forget), forget);
  opened.set(name, opening);
  return opening;
}

// What a closed connection says; WebKit's "Connection to Indexed Database server lost" is the second.
const CLOSED = ['InvalidStateError', 'UnknownError'];

/** iOS closes connections under memory pressure: open again and try once more. */
export async function reopening(find, act) {
  try {
    return await act(await find());
  } catch (error) {
    if (!CLOSED.includes(error?.name)) throw error;
    opened.clear();
    return act(await find());
  }
}
