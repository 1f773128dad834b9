// Small conveniences of field pages; each page works without them.
import * as large from './large.js';
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

/** A known signer's post stands beside the name; who is not on the list says why. The question comes
 *  while the name is typed, not at the next tap, which it would move away under the finger. */
function knowSigner({target, type, isComposing}) {
  if (target.name !== 'signer_name' || isComposing) return;
  const listed = [...document.querySelectorAll('#signers option')];
  const name = target.value.trim();
  const known = listed.find(option => option.value === name);
  const post = target.form.elements.signer_post;
  if (known && !post.value) post.value = known.dataset.post;
  const why = target.form.querySelector('[data-unlisted]');
  const half = type === 'input' && listed.some(option => option.value.startsWith(name));
  if (why) why.hidden = why.disabled = !!known || half || !listed.length || !name;
}

/** A draft that came back is asked the same. */
const knowFilled = ({target}) => target.elements?.signer_name && knowSigner({target: target.elements.signer_name, type: 'change'});

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

/** The browser threw the store away: said until its person has read it. */
async function askWhatWasLost() {
  const notice = document.querySelector('[data-recovered]');
  const recovered = notice && await store.getMeta('recovered');
  if (!recovered) return;
  notice.querySelector('[data-recovered-records]').textContent = recovered.records;
  notice.hidden = false;
  notice.querySelector('button').addEventListener('click', async () => {
    await store.setMeta('recovered', null);
    notice.hidden = true;
  });
}

const uncover = () => {
  for (const pick of document.querySelectorAll('[data-basis-pick]')) pick.hidden = false;
  for (const take of document.querySelectorAll('[data-take]')) take.hidden = false;
  const brand = Object.keys(BRANDS).find(name => BRANDS[name].test(navigator.userAgent));
  const guide = document.querySelector(`details[data-brand="${brand}"]`);
  if (guide) guide.open = true;
};

export function init() {
  large.init();
  uncover();
  askTheDay();
  askWhatWasLost().catch(console.error);
  document.addEventListener('change', pickBasis);
  // While the name is typed: a change would come after the post got its focus.
  document.addEventListener('input', knowSigner);
  for (const event of ['change', 'compositionend']) document.addEventListener(event, knowSigner);
  document.addEventListener('takan:filled', knowFilled, true);
  document.addEventListener('click', takeOther);
  for (const event of ['online', 'offline']) addEventListener(event, shownNetwork);
  afterSwap(uncover);
  // A screen reader goes on at the new page's heading.
  document.addEventListener('takan:saved', () => document.addEventListener('htmx:after:swap',
    () => document.querySelector('#main h1')?.focus({preventScroll: true}), {once: true}));
}
