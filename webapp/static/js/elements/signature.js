// <signature-field>: strokes are the record. Written to the hidden input after each stroke, drawn
// again after a turn of the device; too little ink does not leave the page.
import SignaturePad from 'signature_pad';
import {enough, fromBox, toBox} from './ink.js';

class SignatureField extends HTMLElement {
  connectedCallback() {
    this.canvas = this.querySelector('canvas');
    this.input = this.querySelector('input[name=strokes]');
    this.message = this.querySelector('[data-message=too_little_ink]') ?? this.closest('form').querySelector('[data-message=too_little_ink]');
    this.pad = new SignaturePad(this.canvas, {minDistance: 1, throttle: 0, penColor: 'black', backgroundColor: 'white', minWidth: 1.2, maxWidth: 3.2});
    this.pad.addEventListener('endStroke', () => this.keep());
    this.querySelector('[data-clear]').addEventListener('click', () => this.set([]));
    // The pad is blank after a resize while it claims not to be: the strokes are drawn again.
    this.watch = new ResizeObserver(() => this.redraw());
    this.watch.observe(this.canvas);
    this.form = this.closest('form');
    this.form.addEventListener('takan:filled', () => this.redraw());
    this.form.addEventListener('submit', this.refuse = event => this.guard(event), true);
    this.redraw();
  }

  disconnectedCallback() {
    this.watch?.disconnect();
    this.pad?.off();
  }

  get strokes() {
    try { return JSON.parse(this.input.value || '[]'); } catch { return []; }
  }

  keep() {
    const {width, height} = this.canvas.getBoundingClientRect();
    this.set(toBox(this.pad.toData(), width, height), false);
  }

  set(strokes, draw = true) {
    this.input.value = strokes.length ? JSON.stringify(strokes) : '';
    this.input.dispatchEvent(new Event('change', {bubbles: true}));
    if (this.message && enough(strokes)) this.message.hidden = true;
    if (draw) this.redraw();
  }

  redraw() {
    const {width, height} = this.canvas.getBoundingClientRect();
    if (!width) return;
    const ratio = Math.max(1, devicePixelRatio);
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    this.canvas.getContext('2d').scale(ratio, ratio);
    this.pad.clear();
    this.pad.fromData(fromBox(this.strokes, width, height));
  }

  guard(event) {
    if (enough(this.strokes)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.message) { this.message.hidden = false; this.message.scrollIntoView({block: 'center'}); }
  }
}

customElements.define('signature-field', SignatureField);
