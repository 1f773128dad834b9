// After signing in or out, before any page: whose this browser is now. What waits stays its owner's.
import * as store from './store.js';

async function belongs(person) {
  const before = await store.currentPerson();
  // The next person's eyes may be other ones: the day goes, what waits stays.
  if (before && before !== person) await store.forgetDay();
  if (!person) return store.clearCurrentPerson();
  await store.setCurrentPerson(person);
  // Whoever typed the password has the device back.
  await store.setMeta('handover', '');
}

export async function init() {
  const shown = document.querySelector('[data-whose]');
  await belongs(shown.dataset.whose).catch(console.error);
  location.replace(shown.querySelector('a').href);
}
