// Builds webapp/static/build: page scripts with their lazy chunks, style sheets, the worker with
// the field's templates precompiled, icons, and manifest.json. The same sources give the same bytes.
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {deflateSync, gzipSync} from 'node:zlib';
import esbuild from 'esbuild';
import nunjucks from 'nunjucks';

const OUT = 'webapp/static/build';
const hash = data => createHash('sha256').update(data).digest('hex').slice(0, 10);

function files(folder) {
  return readdirSync(folder, {withFileTypes: true}).sort((a, b) => a.name < b.name ? -1 : 1)
    .flatMap(entry => entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)]);
}

/** Without the line numbers that only error messages would use, a third of the worker, and without
 *  the question for a parent, which no field template has. A crash is thrown instead of handed on. */
const slim = template => template.replace(/(?<!var )\b(?:lineno|colno) = \d+;|lineno = \d+, colno = \d+, /g, '')
  .replace(/var (?:lineno|colno) = 0;\n|^try \{\n|;?\n\} catch \(e\) \{\n *cb\(runtime\.handleError\(e, lineno, colno\)\);\n\}/gm, '\n')
  .replace(/var parentTemplate = null;\n|if\(parentTemplate\) \{\n.*\n\} else (?=\{)/g, '')
  // What nobody imports need not be exported, and of a loop only these three may be asked for.
  .replace(/if\(frame\.topLevel\) \{\ncontext\.addExport\(.*\n\}\n/g, '')
  .replace(template.includes('"loop"') ? /frame\.set\("loop\.(?!index"|first|last).*\n/g : /frame\.set\("loop\..*\n/g, '');

/** What nunjucks writes out for each include and each word, as one call: a quarter of all templates.
 *  A nunjucks that writes them otherwise only costs the bytes. */
const INCLUDE = new RegExp(String.raw`var tasks = [];
tasks.push(
function(callback) {
env.getTemplate(NAME, false, PARENT, false, function(E,T) {
if(E) { cb(E); return; }
callback(null,T);});
});
tasks.push(
function(template, callback){
template.render(context.getVariables(), frame, function(E,T) {
if(E) { cb(E); return; }
callback(null,T);});
});
tasks.push(
function(result, callback){
output += result;
callback(null);
});
env.waterfall(tasks, function(){`.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  .replace('NAME', '([^;]*?)').replace('PARENT', '"[^"]*"').replace(/\b[ET]\b/g, 't_\\d+'), 'g');
const WORD = /runtime\.suppressValue\(\(?runtime\.callWrap\(runtime\.contextOrFrameLookup\(context, frame, "_"\), "_", context, \[("[^"]*")\]\)\)?, env\.opts\.autoescape\)/g;
const include = (env, name, context, frame, cb, then) => env.getTemplate(name, false, '', false, (error, template) =>
  error ? cb(error) : template.render(context.getVariables(), frame, (wrong, result) => wrong ? cb(wrong) : then(result)));
const say = (env, runtime, text) => runtime.suppressValue(env.getGlobal('_')(text), env.opts.autoescape);
// The three calls that stand everywhere get one letter each; `frame` is read when they are called.
const LETTERS = 'const l = name => runtime.contextOrFrameLookup(context, frame, name), m = runtime.memberLookup, s = value => runtime.suppressValue(value, env.opts.autoescape);';
const lettered = template => template.replaceAll('runtime.contextOrFrameLookup(context, frame, ', 'l(')
  .replaceAll('runtime.memberLookup(', 'm(').replaceAll('runtime.suppressValue(', 's(')
  .replaceAll(', env.opts.autoescape)', ')').replace('var output = "";', found => found + LETTERS);
const short = template => lettered(template.replace(WORD, 'say(env, runtime, $1)')
  .replace(INCLUDE, 'include(env, $1, context, frame, cb, function(result){ output += result;'));

const ROOT = 'webapp/templates/';
const FIELD = [...files(`${ROOT}field`), `${ROOT}layout/field.html`].filter(file => file.endsWith('.html'));

/** What field pages say, in English: an asset of its own, for whoever reads Chinese never opens it. */
const english = JSON.parse(readFileSync('webapp/translations/en.json'));
function words() {
  const said = FIELD.flatMap(file => [...readFileSync(file, 'utf8').matchAll(/_\("([^"]+)"\)/g)].map(found => found[1]));
  return JSON.stringify(Object.fromEntries([...new Set(said)].filter(text => text in english).map(text => [text, english[text]])));
}

function templates() {
  const wrapper = found => found.map(({name, template}) =>
    `page(${JSON.stringify(name)}, () => {${short(slim(template))}});`).join('\n');
  const env = new nunjucks.Environment(null, {autoescape: true, trimBlocks: true, lstripBlocks: true});
  for (const name of ['day', 'full_day', 'clock', 'path', 'grouped', 'short', 'percent']) env.addFilter(name, value => value);
  // A line's indent says nothing to a browser.
  // `{%` at the end of a line: Jinja's trim_blocks and lstrip_blocks, the same here.
  return `const include = ${include}, say = ${say}, pages = self.nunjucksPrecompiled = {}, page = (name, make) => { pages[name] = make(); };\n` + FIELD.map(file => nunjucks.precompileString(readFileSync(file, 'utf8').replace(/^[ \t]+/gm, ''), {name: file.slice(ROOT.length), wrapper, env})).join('\n');
}

/** A square with the word's first stroke, drawn here: no picture is committed. */
function icon(size) {
  const rows = [];
  for (let y = 0; y < size; y++) {
    const row = Buffer.alloc(1 + size * 3);
    for (let x = 0; x < size; x++) row.set(pixel(x / size, y / size), 1 + x * 3);
    rows.push(row);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0); head.writeUInt32BE(size, 4); head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.concat(rows), {level: 9})), chunk('IEND', Buffer.alloc(0))]);
}

function pixel(x, y) {
  // Four colours in a square of zones, a pin in the middle.
  const pin = Math.hypot(x - 0.5, y - 0.44);
  const tail = y > 0.44 && y < 0.74 && Math.abs(x - 0.5) < (0.74 - y) * 0.5;
  if (pin < 0.075) return [255, 255, 255];
  if (pin < 0.17 || tail) return [7, 60, 46];
  if (x < 0.17 || x > 0.83 || y < 0.17 || y > 0.83) return [244, 246, 245];
  if (x < 0.495 && y < 0.495) return [214, 48, 49];
  if (x > 0.505 && y < 0.495) return [245, 150, 40];
  if (x < 0.495 && y > 0.505) return [250, 215, 60];
  return x > 0.505 && y > 0.505 ? [40, 110, 220] : [244, 246, 245];
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const out = Buffer.alloc(8 + data.length + 4);
  out.writeUInt32BE(data.length, 0); body.copy(out, 4); out.writeUInt32BE(crc(body), 8 + data.length);
  return out;
}

function crc(data) {
  let c = ~0;
  for (const byte of data) { c ^= byte; for (let k = 0; k < 8; k++) c = c & 1 ? c >>> 1 ^ 0xedb88320 : c >>> 1; }
  return ~c >>> 0;
}

const settings = {bundle: true, minify: true, write: false, charset: 'utf8', legalComments: 'none', target: ['chrome100', 'safari15.4']};
const manifest = {};
const put = (name, data) => { writeFileSync(join(OUT, name), data); return name; };
const named = (name, data) => { const [, stem, end] = name.match(/(.+)\.(\w+)$/); manifest[name] = put(`${stem}-${hash(data)}.${end}`, data); };

rmSync(OUT, {recursive: true, force: true});
mkdirSync(OUT, {recursive: true});

const sources = [...files('webapp/static'), ...files('webapp/templates/field'), 'webapp/templates/layout/field.html', 'webapp/templates/layout/rescue.html',
  'webapp/field_pages.json', 'webapp/translations/en.json', 'package-lock.json', 'build.mjs'].filter(file => !file.startsWith(OUT));
const build = hash(sources.map(file => hash(readFileSync(file))).join());
const define = {'globalThis.TAKAN_BUILD': JSON.stringify(build)};

const pages = await esbuild.build({...settings, define, entryPoints: ['webapp/static/js/app.js', 'webapp/static/js/office.js'],
  splitting: true, format: 'esm', metafile: true, outdir: OUT, entryNames: '[name]-[hash]', chunkNames: '[name]-[hash]'});
for (const file of pages.outputFiles) put(basename(file.path), file.contents);
const outputs = Object.entries(pages.metafile.outputs);
const first = [];
const follow = path => { first.push(basename(path)); for (const i of pages.metafile.outputs[path].imports) if (i.kind === 'import-statement') follow(i.path); };
for (const [path, {entryPoint}] of outputs) if (entryPoint) manifest[basename(entryPoint)] = basename(path);
follow(outputs.find(([, {entryPoint}]) => entryPoint?.endsWith('/app.js'))[0]);
manifest.first_load = [...new Set(first)];

// Whole in one file: it must work when the app's other files do not.
const {outputFiles: [rescue]} = await esbuild.build({...settings, define, entryPoints: ['webapp/static/js/rescue.js'], format: 'esm', outfile: 'rescue.js'});
named('rescue.js', rescue.contents);

for (const name of ['app.css', 'public.css']) {
  const {outputFiles: [css]} = await esbuild.build({...settings, entryPoints: [`webapp/static/css/${name}`], outfile: name, loader: {'.png': 'dataurl', '.svg': 'dataurl', '.woff2': 'empty', '.woff': 'empty', '.ttf': 'empty', '.eot': 'empty'}});
  named(name, css.contents);
}
for (const size of [192, 512]) named(`icon_${size}.png`, icon(size));

const addresses = () => Object.fromEntries(Object.entries(manifest).filter(([, file]) => typeof file === 'string')
  .map(([name, file]) => [name.replaceAll('.', '_'), `/static/build/${file}`]));
const plain = new nunjucks.Environment(new nunjucks.FileSystemLoader('webapp/templates'), {autoescape: true, trimBlocks: true, lstripBlocks: true});
for (const [name, language] of [['rescue.html', 'zh'], ['rescue_en.html', 'en']]) {
  plain.addGlobal('_', text => language === 'en' ? english[text] ?? text : text);
  named(name, plain.render('layout/rescue.html', {assets: addresses(), language}));
}
named('words_en.json', words());
const urls = addresses();
const cached = readdirSync(OUT).filter(name => !name.startsWith('public-') && !name.startsWith('office-')).map(name => `/static/build/${name}`);
const policy = readFileSync('webapp/config.py', 'utf8').match(/CONTENT_SECURITY_POLICY = "; "\.join\(\s*\[([^\]]+)\]/)[1].match(/"[^"]+"/g).map(part => part.slice(1, -1)).join('; ');
// Of nunjucks, what precompiled templates need to run: no compiler, no other loader, none of its own
// filters, tests and globals. A quarter of the worker would be these.
const SPARED = {
  './compiler': '', './tests': '', './filters': '', './loaders': '', path: '',
  './express-app': 'module.exports = () => {}', './globals': 'module.exports = () => ({})',
  asap: 'module.exports = act => setTimeout(act)', events: 'const E = module.exports = function () {}; E.prototype.on = E.prototype.emit = () => {}',
};
const constants = {BUILD: build, ASSETS: [...cached, '/manifest.webmanifest'], URLS: urls, CSP: policy,
  PAGES: JSON.parse(readFileSync('webapp/field_pages.json'))};
const worker = await esbuild.build({...settings, format: 'iife',
  banner: {js: Object.entries(constants).map(([name, value]) => `self.TAKAN_${name}=${JSON.stringify(value)};`).join('\n')},
  stdin: {contents: `import 'takan:templates'; import './webapp/static/js/worker.js';`, resolveDir: '.'},
  plugins: [{name: 'templates', setup(setup) {
    setup.onResolve({filter: /^takan:templates$/}, ({path}) => ({path, namespace: 'takan'}));
    setup.onLoad({filter: /.*/, namespace: 'takan'}, () => ({contents: templates(), resolveDir: '.'}));
    setup.onResolve({filter: /.*/}, ({path, importer}) => importer.includes('nunjucks') && path in SPARED ? {path, namespace: 'spared'} : null);
    setup.onLoad({filter: /.*/, namespace: 'spared'}, ({path}) => ({contents: SPARED[path]}));
  }}]});
manifest['worker.js'] = put('worker.js', worker.outputFiles[0].contents);
manifest.build = build;
put('manifest.json', JSON.stringify(manifest, null, 1));

for (const name of readdirSync(OUT)) {
  const data = readFileSync(join(OUT, name));
  console.log(`${name.padEnd(32)} ${String(Math.ceil(gzipSync(data).length / 102.4) / 10).padStart(7)} KB gzipped`);
}
