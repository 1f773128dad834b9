// What a page of the desk loads.
import * as large from './large.js';

large.init();
if (document.querySelector('[data-whose]')) import('./whose.js').then(whose => whose.init());
if (document.querySelector('[data-passkey]')) import('./passkeys.js').then(passkeys => passkeys.init());
if (document.querySelector('zone-editor')) import('./elements/zone_editor.js');
