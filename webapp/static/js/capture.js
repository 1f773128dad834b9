// <photo-field>: each picture is shrunk and committed the moment it is chosen; the form only
// carries hashes. Without a worker the two file inputs stay what they are.
import {prepare} from './pictures.js';
import {saveDraft} from './drafts.js';
import * as store from './store.js';
import {withRoom} from './tidy.js';

export class PhotoField extends HTMLElement {
  connectedCallback() {
    if (!navigator.serviceWorker?.controller) return;
    this.form = this.closest('form');
    this.list = this.querySelector('[data-photos]');
    for (const input of this.querySelectorAll('input[type=file]')) {
      input.removeAttribute('name');
      // The camera may cost this page its life: what is typed is saved before it opens.
      input.addEventListener('click', () => saveDraft(this.form));
      input.addEventListener('change', () => this.take(input));
    }
    this.addEventListener('click', event => {
      const button = event.target.closest('[data-remove]');
      if (button) this.remove_(button.closest('[data-photo]'));
    });
    this.form.addEventListener('takan:filled', event => event.detail && this.restore(event.detail.photos ?? []));
  }

  async take(input) {
    const files = [...input.files];
    input.value = '';
    this.busy(this.taking = (this.taking ?? 0) + files.length);
    for (const file of files) {
      try { await this.keep(file); } catch (error) { this.submitter = null; this.say(error?.name === 'QuotaExceededError' ? 'quota' : 'not_stored'); }
      this.busy(--this.taking);
    }
    if (this.taking) return;
    if (this.submitter?.isConnected) this.submitter.click();
    this.submitter = null;
  }

  async keep(file) {
    const {sha256, type, bytes, thumbnail, received} = await prepare(file);
    if (this.querySelector(`input[value="${sha256}"]`)) return;
    const photo = {bytes, type, received, taken_at: new Date().toISOString(), name: file.name?.normalize?.() ?? ''};
    await withRoom(() => store.savePhoto(sha256, photo, thumbnail));
    this.show(sha256);
    if (!thumbnail) this.say('undecodable');
    await saveDraft(this.form);
  }

  show(sha256) {
    const item = this.querySelector('template').content.cloneNode(true);
    item.querySelector('input[name=photos]').value = sha256;
    item.querySelector('img').src = `/photos/${sha256}/thumbnail`;
    this.list.append(item);
    this.number();
    for (const reason of this.form.querySelectorAll('[name=no_photo_reason]')) reason.checked = reason.value === '';
    const message = messageOf(this);
    if (message) message.hidden = true;
  }

  /** 照片 1, 删除照片 1, …: each button is called by its own name. */
  number() {
    const [word, remove] = ['img', 'button'].map(tag => this.querySelector('template').content.querySelector(tag));
    for (const [n, item] of [...this.list.children].entries()) {
      const picture = item.querySelector('img');
      if (picture) picture.alt = `${word.alt} ${n + 1}`;
      item.querySelector('button').setAttribute('aria-label', `${remove.getAttribute('aria-label')} ${n + 1}`);
    }
  }

  restore(photos) {
    this.list.replaceChildren();
    for (const sha256 of photos) this.show(sha256);
  }

  /** Only the form forgets it; the bytes stay until the phone is told they may go. */
  remove_(item) {
    item.remove();
    this.number();
    saveDraft(this.form);
  }

  busy(count) {
    const note = this.querySelector('[data-busy]');
    if (note) note.hidden = count === 0;
    this.shrinking = count > 0;
    this.setAttribute('aria-busy', this.shrinking);
  }

  say(code) {
    const message = this.form.querySelector(`[data-message="${code}"]`);
    if (message) message.hidden = false;
  }
}

const messageOf = field => field.form.querySelector(`[data-message=${field.dataset.code ?? 'photo_or_reason'}]`);

/** A hazard needs a photo or a reason for none, a signed paper its photo; asked before anything is stored. */
export function guard() {
  document.addEventListener('submit', event => {
    const form = event.target;
    const field = form.querySelector('photo-field');
    if (!field || !navigator.serviceWorker?.controller) return;
    // A picture still being made smaller belongs to what is saved: the tap is made again when it is there.
    if (field.shrinking) {
      event.preventDefault();
      event.stopImmediatePropagation();
      field.submitter = form.querySelector('[type=submit]');
      return;
    }
    const said = new FormData(form);
    if (said.has('photos') || said.get('no_photo_reason')) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const message = messageOf(field);
    if (message) { message.hidden = false; message.scrollIntoView({block: 'center'}); }
  }, true);
}
