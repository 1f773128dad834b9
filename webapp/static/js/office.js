// What a desk page loads: only the zone editor needs a script.
if (document.querySelector('zone-editor')) import('./elements/zone_editor.js');
