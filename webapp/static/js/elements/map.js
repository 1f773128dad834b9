// <risk-map>: the four-colour map with its pins; the lists below it say the same in words.
import * as L from '../leaflet.js';
import {drawPlan, planMap, readPlans, toMap} from './plan_layer.js';

class RiskMap extends HTMLElement {
  connectedCallback() {
    this.plans = readPlans(this);
    if (!this.plans.length) return;
    this.box = document.createElement('div');
    this.box.className = 'map';
    this.prepend(this.box);
    this.map = planMap(this.box);
    this.show(this.plans.find(plan => plan.id === this.dataset.shown) ?? this.plans[0]);
    this.switches();
  }

  disconnectedCallback() {
    this.map?.remove();
  }

  show(plan) {
    this.group?.remove();
    // As tall as the plan and a little more; CSS keeps it on the screen.
    this.box.style.aspectRatio = `${plan.width} / ${plan.height * 1.12}`;
    this.map.invalidateSize({pan: false});
    this.group = drawPlan(this.map, plan);
    for (const pin of plan.pins) this.pin(plan, pin);
  }

  pin(plan, {label, x, y, severity, href}) {
    const icon = L.divIcon({className: `pin pin-${severity}`, html: `<span></span>`, iconSize: [44, 44], iconAnchor: [22, 40]});
    const marker = L.marker(toMap(plan, [x, y]), {icon, title: label, alt: label, keyboard: false}).addTo(this.group);
    marker.getElement().firstChild.textContent = label;
    if (href) marker.on('click', () => location.assign(href));
  }

  /** One button a plan, cloned from the page's own template. */
  switches() {
    const template = this.querySelector('template[data-plan-button]');
    if (!template || this.plans.length < 2) return;
    const bar = document.createElement('div');
    bar.className = 'map-switch';
    for (const plan of this.plans) {
      const button = template.content.firstElementChild.cloneNode(true);
      button.textContent = plan.name;
      button.setAttribute('aria-pressed', plan === this.plans[0]);
      button.addEventListener('click', () => {
        for (const other of bar.children) other.setAttribute('aria-pressed', other === button);
        this.show(plan);
      });
      bar.append(button);
    }
    this.prepend(bar);
  }
}

customElements.define('risk-map', RiskMap);
