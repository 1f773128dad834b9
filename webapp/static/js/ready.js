// 离线就绪检查: tries what the day will need, and shows each answer; the words are in the page.
import * as store from './store.js';

const SIZE = 5 * 1024 * 1024;

const checks = {
  worker: async () => !!navigator.serviceWorker?.controller,
  persist: async () => await navigator.storage?.persisted?.() || await navigator.storage?.persist?.() ? true : 'maybe',
  async write() {
    const bytes = crypto.getRandomValues(new Uint8Array(65536));
    const large = new Uint8Array(SIZE);
    for (let at = 0; at < SIZE; at += bytes.length) large.set(bytes, at);
    await store.put('meta', large.buffer, 'self_test');
    const back = await store.getMeta('self_test');
    await store.remove('meta', 'self_test');
    return back.byteLength === SIZE;
  },
  // What the browser claims to have free is not to be believed; very little is. iOS before 17 claims nothing.
  async quota() {
    const {quota, usage = 0} = await navigator.storage?.estimate?.() ?? {};
    if (quota === undefined) return 'unknown';
    return quota - usage > 200 * 1024 * 1024 ? true : 'maybe';
  },
  async clock() {
    const offset = await store.getMeta('offset');
    return offset === undefined ? 'maybe' : Math.abs(offset) < 5 * 60e3;
  },
};

export async function init() {
  for (const row of document.querySelectorAll('[data-check]')) {
    const result = await checks[row.dataset.check]().catch(() => false);
    const state = result === true ? 'ok' : result === 'maybe' ? 'maybe' : 'bad';
    for (const shown of row.querySelectorAll('[data-state]')) shown.hidden = shown.dataset.state !== state;
    row.dataset.result = state;
    row.hidden = result === 'unknown';
  }
}
