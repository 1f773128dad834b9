// <hand-over>: the device is the enterprise's until the consultant's PIN. The worker holds the
// lock too: while the key is set, every field page is this one.
import {pinHash} from '../digest.js';
import * as store from '../store.js';

class HandOver extends HTMLElement {
  async connectedCallback() {
    this.addEventListener('submit', event => event.target.matches('[data-exit-form]') && this.leave(event));
    document.addEventListener('takan:saved', () => this.signed());
    await store.setMeta('handover', this.dataset.path);
    this.awake = await navigator.wakeLock?.request?.('screen').catch(() => null);
    // Only a touch may ask for the whole screen.
    this.addEventListener('pointerdown', () => this.whole(), {once: true});
  }

  async whole() {
    await document.documentElement.requestFullscreen?.().catch(() => null);
    await screen.orientation?.lock?.('landscape').catch(() => null);
  }

  signed() {
    for (const block of this.querySelectorAll('[data-signed]')) block.hidden = false;
  }

  async leave(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
    const form = event.target;
    const {salt, hash} = form.dataset;
    const right = !hash || await pinHash(salt, form.querySelector('input')?.value ?? '') === hash;
    if (!right) { form.querySelector('[data-message=wrong_pin]').hidden = false; return; }
    await store.deviceIsBack();
    this.awake?.release();
    if (document.fullscreenElement) await document.exitFullscreen().catch(() => null);
    location.assign(this.dataset.exit);
  }
}

customElements.define('hand-over', HandOver);
