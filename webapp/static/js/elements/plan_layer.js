// A plan image under Leaflet with its zones: shared by map, pin and zone editor.
// Coordinates are 0..1 from the top left corner; colours come by class, so the CSP stays strict.
import * as L from '../leaflet.js';

export function readPlan(section) {
  const {plan, name, image, width, height} = section.dataset;
  return {
    id: plan, name, image, width: +width, height: +height,
    zones: [...section.querySelectorAll('[data-zone]')].map(({dataset}) => ({
      name: dataset.name, level: dataset.level, word: dataset.word ?? '',
      points: dataset.points.trim().split(/\s+/).map(pair => pair.split(',').map(Number)),
    })),
    pins: [...section.querySelectorAll('[data-pin]')].map(({dataset}) => ({...dataset, x: +dataset.x, y: +dataset.y})),
  };
}

export function readPlans(root) {
  return [...root.querySelectorAll('[data-plan]')].map(readPlan);
}

export const toMap = (plan, [x, y]) => L.latLng(-y * plan.height, x * plan.width);
export const fromMap = (plan, {lat, lng}) => [lng / plan.width, -lat / plan.height]
  .map(value => Math.round(Math.min(1, Math.max(0, value)) * 1e4) / 1e4);

export function planMap(container, options = {}) {
  return L.createMap(container, {crs: L.Simple, minZoom: -5, maxZoom: 2, zoomSnap: 0.25, attributionControl: false, zoomAnimation: false, ...options});
}

/** Draw the plan and its zones; returns the layer group, to be removed when another is shown. */
export function drawPlan(map, plan) {
  const bounds = L.latLngBounds(toMap(plan, [0, 1]), toMap(plan, [1, 0]));
  const group = L.layerGroup([L.imageOverlay(plan.image, bounds)]).addTo(map);
  for (const zone of plan.zones) {
    const shape = L.polygon(zone.points.map(point => toMap(plan, point)), {className: `zone zone-${zone.level}`, weight: 2, interactive: false}).addTo(group);
    // As text: a zone's name is somebody's input, and a string would be taken for HTML.
    const words = document.createElement('span');
    words.textContent = [zone.name, zone.word].filter(Boolean).join(' · ');
    shape.bindTooltip(words, {permanent: true, direction: 'center', className: 'zone-word', interactive: false});
    const fit = () => stand(map, shape);
    map.on('zoomend', fit);
    shape.on('remove', () => map.off('zoomend', fit));
  }
  map.setMaxBounds(bounds.pad(0.6));
  map.fitBounds(bounds, {animate: false});
  group.eachLayer(layer => layer.getTooltip?.() && stand(map, layer));
  return group;
}

const LINE = 64; // px that a zone's words need side by side

/** In a zone narrower than its words they stand upright, as Chinese may. */
function stand(map, shape) {
  const [a, b] = [shape.getBounds().getNorthWest(), shape.getBounds().getSouthEast()].map(at => map.latLngToLayerPoint(at));
  const tooltip = shape.getTooltip();
  tooltip.getElement()?.classList.toggle('zone-word_upright', b.x - a.x < LINE && b.y - a.y > b.x - a.x);
  tooltip.update();
}

/** The name of the topmost zone a point lies in, or "". */
export function zoneAt(plan, [x, y]) {
  const inside = points => points.reduce((odd, [ax, ay], n) => {
    const [bx, by] = points[(n + 1) % points.length];
    return (ay > y) !== (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax ? !odd : odd;
  }, false);
  return plan.zones.findLast(zone => inside(zone.points))?.name ?? '';
}
