// <zone-editor>: tap the corners of a zone; the text of corners below says and does the same.
import * as L from '../leaflet.js';
import {drawPlan, fromMap, planMap, readPlan, toMap} from './plan_layer.js';

class ZoneEditor extends HTMLElement {
  connectedCallback() {
    this.plan = readPlan(this.querySelector('[data-plan]'));
    this.input = this.querySelector('[name=points]');
    const box = this.querySelector('[data-map]');
    box.hidden = false;
    this.map = planMap(box, {doubleClickZoom: false});
    drawPlan(this.map, this.plan);
    this.shape = L.polygon([], {className: 'zone zone-new'}).addTo(this.map);
    this.map.on('click', ({latlng}) => this.write([...this.corners, fromMap(this.plan, latlng)]));
    this.querySelector('[data-undo]')?.addEventListener('click', () => this.write(this.corners.slice(0, -1)));
    this.input.addEventListener('input', () => this.draw());
    this.draw();
  }

  get corners() {
    return [...this.input.value.matchAll(/([\d.]+)\s*,\s*([\d.]+)/g)].map(([, x, y]) => [+x, +y]);
  }

  write(corners) {
    this.input.value = corners.map(([x, y]) => `${x},${y}`).join(' ');
    this.draw();
  }

  draw() {
    this.shape.setLatLngs(this.corners.map(point => toMap(this.plan, point)));
    this.dots?.remove();
    this.dots = L.layerGroup(this.corners.map(point => L.circleMarker(toMap(this.plan, point), {radius: 6, className: 'corner'}))).addTo(this.map);
  }
}

customElements.define('zone-editor', ZoneEditor);
