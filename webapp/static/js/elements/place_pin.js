// <place-pin>: the plan is panned under a fixed crosshair; gloves need no small target.
import {drawPlan, fromMap, planMap, readPlans, toMap, zoneAt} from './plan_layer.js';

class PlacePin extends HTMLElement {
  connectedCallback() {
    this.plans = readPlans(this);
    this.select = this.querySelector('select[name=plan_id]');
    this.x = this.querySelector('input[name=pin_x]');
    this.y = this.querySelector('input[name=pin_y]');
    this.dialog = this.querySelector('dialog');
    this.on('[data-open]', () => this.open());
    this.on('[data-clear]', () => this.set(null));
    this.on('[data-done]', () => { this.set(fromMap(this.plan, this.map.getCenter())); this.dialog.close(); });
    this.on('[data-cancel]', () => this.dialog.close());
    this.select.addEventListener('change', () => this.x.value && this.set(null));
    this.closest('form').addEventListener('takan:filled', () => this.say());
    this.say();
    const open = this.querySelector('[data-open]');
    if (open && this.plans.length) open.hidden = false;
  }

  on(selector, act) {
    this.querySelector(selector)?.addEventListener('click', act);
  }

  get plan() {
    return this.plans.find(plan => plan.id === this.select.value) ?? this.plans[0];
  }

  open() {
    if (!this.select.value) this.select.value = this.plan.id;
    this.dialog.showModal();
    this.map ??= planMap(this.dialog.querySelector('[data-map]'));
    this.map.invalidateSize();
    this.group?.remove();
    this.group = drawPlan(this.map, this.plan);
    if (this.x.value) this.map.setView(toMap(this.plan, [+this.x.value, +this.y.value]), 0, {animate: false});
  }

  set(point) {
    [this.x.value, this.y.value] = point ?? ['', ''];
    this.x.dispatchEvent(new Event('change', {bubbles: true}));
    this.say();
  }

  say() {
    const placed = this.querySelector('[data-placed]');
    const zone = this.querySelector('[data-zone-name]');
    const there = this.x.value !== '';
    if (placed) placed.hidden = !there;
    if (zone) zone.textContent = there && this.plan ? zoneAt(this.plan, [+this.x.value, +this.y.value]) : '';
    const clear = this.querySelector('[data-clear]');
    if (clear) clear.hidden = !there;
  }
}

customElements.define('place-pin', PlacePin);
