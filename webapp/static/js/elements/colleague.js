// <colleague-pin>: who signs beside the recorder, proved by his own PIN. The PIN stays in its box: it
// has no name, so neither the draft nor the record ever holds it.
import {pinCheck, pinHash, pinProof} from '../digest.js';

class ColleaguePin extends HTMLElement {
  connectedCallback() {
    this.form = this.closest('form');
    this.pin = this.querySelector('[data-pin]');
    this.message = this.querySelector('[data-message=wrong_pin]');
    this.form.addEventListener('submit', event => this.guard(event), true);
    // Another one signs: the strokes of the first are not his.
    this.addEventListener('change', ({target}) => target.name === 'signer_id' && this.form.querySelector('[data-clear]').click());
    this.addEventListener('input', () => { this.proved = false; this.message.hidden = true; });
  }

  /** A submit is held until the proof is made, then sent again; a second tap meanwhile does nothing. */
  async guard(event) {
    if (this.proved) { this.proved = false; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.busy) return;
    this.busy = true;
    await this.prove().finally(() => { this.busy = false; });
    // requestSubmit() came to iOS with 16.
    if (this.proved) this.form.querySelector('[type=submit]').click();
  }

  async prove() {
    const {salt, check, name} = this.querySelector('input[name=signer_id]:checked').dataset;
    this.message.hidden = !check || await pinCheck(salt, this.pin.value) === check;
    if (!this.message.hidden) { this.pin.select(); return; }
    this.form.elements.signer_name.value = name;
    this.form.elements.proof.value = await pinProof(await pinHash(salt, this.pin.value), this.dataset.slipHash);
    this.proved = true;
  }
}

customElements.define('colleague-pin', ColleaguePin);
