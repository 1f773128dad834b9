// After signing in or out, before any page: whose this browser is now. What waits stays its owner's.
import * as store from './store.js';

const LIMIT = 5000; // a store that does not answer must not keep anybody out

async function belongs(person) {
  const before = await store.currentPerson();
  // First: whatever fails after it, nobody's page is shown to the next.
  await (person ? store.setCurrentPerson(person) : store.clearCurrentPerson());
  if (before && before !== person) await store.forgetDay(before);
  if (person) await store.deviceIsBack();
}

export async function init() {
  const shown = document.querySelector('[data-whose]');
  const limit = new Promise(resolve => setTimeout(resolve, LIMIT));
  await Promise.race([belongs(shown.dataset.whose).catch(console.error), limit]);
  location.replace(shown.querySelector('a').href);
}
