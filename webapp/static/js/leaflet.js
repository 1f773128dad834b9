// The parts of Leaflet that a plan needs; its whole index brings tiles, canvases and projections.
import 'leaflet/src/control/Control.Zoom.js';
import 'leaflet/src/layer/Tooltip.js';
import 'leaflet/src/layer/vector/Renderer.getRenderer.js';
import {Simple} from 'leaflet/src/geo/crs/CRS.Simple.js';
import {Map} from 'leaflet/src/map/Map.js';
import {DoubleClickZoom} from 'leaflet/src/map/handler/Map.DoubleClickZoom.js';
import {Drag} from 'leaflet/src/map/handler/Map.Drag.js';
import {Keyboard} from 'leaflet/src/map/handler/Map.Keyboard.js';
import {ScrollWheelZoom} from 'leaflet/src/map/handler/Map.ScrollWheelZoom.js';
import {TouchZoom} from 'leaflet/src/map/handler/Map.TouchZoom.js';

Object.assign(Map, {DoubleClickZoom, Drag, Keyboard, ScrollWheelZoom, TouchZoom});

export {Simple};
export {createMap} from 'leaflet/src/map/Map.js';
export {toLatLng as latLng} from 'leaflet/src/geo/LatLng.js';
export {toLatLngBounds as latLngBounds} from 'leaflet/src/geo/LatLngBounds.js';
export {imageOverlay} from 'leaflet/src/layer/ImageOverlay.js';
export {layerGroup} from 'leaflet/src/layer/LayerGroup.js';
export {divIcon} from 'leaflet/src/layer/marker/DivIcon.js';
export {marker} from 'leaflet/src/layer/marker/Marker.js';
export {circleMarker} from 'leaflet/src/layer/vector/CircleMarker.js';
export {polygon} from 'leaflet/src/layer/vector/Polygon.js';
