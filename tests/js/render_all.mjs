// stdin: [{template, context}, …] → stdout: [html, …], rendered as the worker does, each in its
// context's language.
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import nunjucks from 'nunjucks';
import {filters, speak} from '../../webapp/static/js/filters.js';

const folder = fileURLToPath(new URL('../../webapp/templates', import.meta.url));
const env = new nunjucks.Environment(new nunjucks.FileSystemLoader(folder), {
  autoescape: true, trimBlocks: true, lstripBlocks: true,
});
const english = JSON.parse(readFileSync(fileURLToPath(new URL('../../webapp/translations/en.json', import.meta.url))));
let words = {};
env.addGlobal('_', text => words[text] ?? text);
for (const [name, filter] of Object.entries(filters)) env.addFilter(name, filter);

const asked = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(asked.map(({template, context}) => {
  const language = context.local?.language ?? 'zh';
  words = language === 'en' ? english : {};
  speak(language);
  return env.render(template, context);
})));
