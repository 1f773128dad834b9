// stdin: [{template, context}, …] → stdout: [html, …], rendered as the worker does.
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import nunjucks from 'nunjucks';
import {filters} from '../../webapp/static/js/filters.js';

const folder = fileURLToPath(new URL('../../webapp/templates', import.meta.url));
const env = new nunjucks.Environment(new nunjucks.FileSystemLoader(folder), {
  autoescape: true, trimBlocks: true, lstripBlocks: true,
});
env.addGlobal('_', text => text);
for (const [name, filter] of Object.entries(filters)) env.addFilter(name, filter);

const asked = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(asked.map(({template, context}) => env.render(template, context))));
