// A form survives the camera, a reload, a killed tab and a lost session: it is kept under its
// address at every change, and filled again when the page opens. What it was written on comes back
// with it: another's change of the meantime is met, not written over.
import * as store from './store.js';

const kept = form => form.matches('[data-operation]') && form.dataset.draft !== undefined;
const SKIP = new Set(['operation_id', 'label', 'visit_id', 'hazard_id', 'slip', 'previous', 'confirmation_id', 'party',
  'proof', 'engagement_id', 'number', 'planned_on', 'code']);

export const draftKey = form => `${location.pathname}#${form.dataset.draft ?? ''}`;
// What was saved is no draft any more: a field that loses its focus when its form goes says so late.
const saved = new WeakSet();
export const saveDraft = async form => saved.has(form) || store.put('drafts', fields(form), draftKey(form));

function fields(form) {
  const found = {};
  for (const [name, value] of new FormData(form)) {
    if (SKIP.has(name) || typeof value !== 'string') continue;
    (found[name] ??= []).push(value);
  }
  return found;
}

function fill(form, draft) {
  for (const element of form.elements) {
    if (!element.name || SKIP.has(element.name) || element.type === 'file') continue;
    const values = draft[element.name];
    if (element.type === 'radio' || element.type === 'checkbox') element.checked = !!values?.includes(element.value);
    else if (values && element.name !== 'photos') element.value = values[0];
  }
  form.dispatchEvent(new CustomEvent('takan:filled', {detail: draft}));
}

const touched = new WeakSet();

function heard({target: {form}}) {
  if (!form || !kept(form)) return;
  touched.add(form);
  saveDraft(form).catch(error => {
    const message = form.querySelector(`[data-message="${error?.name === 'QuotaExceededError' ? 'quota' : 'not_stored'}"]`);
    if (message) message.hidden = false;
  });
}

export async function init() {
  document.addEventListener('input', heard);
  document.addEventListener('change', heard);
  document.addEventListener('takan:saved', ({target}) => saved.add(target));
  if (!navigator.serviceWorker?.controller) return;
  for (const form of document.querySelectorAll('form[data-operation][data-draft]')) {
    const draft = await store.get('drafts', draftKey(form));
    if (draft && !touched.has(form)) fill(form, draft);
  }
}
