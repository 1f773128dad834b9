// Small conveniences of field pages; each page works without them.
import * as store from './store.js';
import {afterSwap} from './events.js';

const BRANDS = {
  wechat: /MicroMessenger/, xiaomi: /MiuiBrowser|Xiaomi|Redmi/i, huawei: /Huawei|Honor|HarmonyOS/i,
  oppo: /OPPO|HeyTap|OnePlus/i, vivo: /vivo/i, safari: /iPhone|iPad/,
};
const CLOCK_WRONG = 5 * 60e3;

/** A picked basis fills document and clause; both stay plain inputs. */
function pickBasis(event) {
  const option = event.target.closest('[data-basis-pick] select')?.selectedOptions[0];
  if (!option?.dataset.document) return;
  const {form} = event.target;
  form.elements.basis_document.value = option.dataset.document;
  form.elements.basis_clause.value = option.dataset.clause;
  form.elements.basis_clause.dispatchEvent(new Event('change', {bubbles: true}));
}

/** A known signer's post stands beside the name. */
function knowSigner(event) {
  if (event.target.name !== 'signer_name') return;
  const known = [...document.querySelectorAll('#signers option')].find(option => option.value === event.target.value);
  const post = event.target.form.elements.signer_post;
  if (known && !post.value) post.value = known.dataset.post;
}

/** 改成这样: the other side's words come into the form. */
function takeOther({target}) {
  const button = target.closest('[data-take]');
  if (!button) return;
  const {form} = button;
  const beside = button.closest('[data-beside]');
  beside.querySelector('[data-taken]').hidden = false;
  for (const {dataset, value} of beside.querySelectorAll('[data-copy]')) {
    const found = form.elements[dataset.copy];
    if (found instanceof RadioNodeList) for (const radio of found) radio.checked = radio.value === value;
    else found.value = value;
  }
  form.dispatchEvent(new CustomEvent('takan:filled'));
  button.dispatchEvent(new Event('change', {bubbles: true}));
}

const shownNetwork = () => {
  for (const mark of document.querySelectorAll('[data-network]')) mark.hidden = navigator.onLine;
};

/** The office answered: whatever the page said of the network when it was made is over. */
export const reached = () => {
  for (const mark of document.querySelectorAll('[data-network]')) mark.hidden = true;
};

async function askTheDay() {
  const offset = await store.getMeta('offset') ?? 0;
  for (const block of document.querySelectorAll('[data-clock-wrong]')) block.hidden = Math.abs(offset) < CLOCK_WRONG;
}

const enlarge = () => {
  if (localStorage.getItem('large') === '1') document.body.dataset.weuiMode = 'care';
  else delete document.body.dataset.weuiMode;
};

function toggleLarge(event) {
  if (!event.target.closest('[data-large]')) return;
  localStorage.setItem('large', localStorage.getItem('large') === '1' ? '0' : '1');
  enlarge();
}

const uncover = () => {
  for (const pick of document.querySelectorAll('[data-basis-pick]')) pick.hidden = false;
  for (const take of document.querySelectorAll('[data-take]')) take.hidden = false;
  const brand = Object.keys(BRANDS).find(name => BRANDS[name].test(navigator.userAgent));
  const guide = document.querySelector(`details[data-brand="${brand}"]`);
  if (guide) guide.open = true;
};

export function init() {
  enlarge();
  uncover();
  askTheDay();
  document.addEventListener('change', pickBasis);
  // While the name is typed: a change would come after the post got its focus.
  document.addEventListener('input', knowSigner);
  document.addEventListener('click', toggleLarge);
  document.addEventListener('click', takeOther);
  for (const event of ['online', 'offline']) addEventListener(event, shownNetwork);
  afterSwap(uncover);
  // A screen reader goes on at the new page's heading.
  document.addEventListener('takan:saved', () => document.addEventListener('htmx:after:swap',
    () => document.querySelector('#main h1')?.focus({preventScroll: true}), {once: true}));
}
