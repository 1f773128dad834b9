// A field page in the worker: the same table, contexts and templates as on the server.
import nunjucks from 'nunjucks/browser/nunjucks-slim.js';
import {contextOf} from './contexts.js';
import {newId} from './digest.js';
import {filters, shanghaiDay} from './filters.js';
import {items} from './items.js';
import * as store from './store.js';
import {extras} from './views.js';

const PAGES = globalThis.TAKAN_PAGES.map(page => ({...page, pattern: patternOf(page.path)}));
const CATALOGUES = globalThis.TAKAN_CATALOGUES ?? {};
let words = {};

const env = new nunjucks.Environment(new nunjucks.PrecompiledLoader(self.nunjucksPrecompiled), {autoescape: true});
env.addGlobal('_', text => words[text] ?? text);
for (const [name, filter] of Object.entries(filters)) env.addFilter(name, filter);

function patternOf(path) {
  return new RegExp(`^${path.replace(/<(\w+)>/g, '(?<$1>[^/]+)')}$`);
}

function match(pathname) {
  for (const page of PAGES) {
    const found = pathname.match(page.pattern);
    if (found) return {page, params: {...found.groups}};
  }
  return null;
}

/** A promise of the page, or null when it is not ours to answer. */
export function answer(request, url) {
  const found = match(url.pathname);
  return found && respond(request, url, found).catch(error => { console.error(error); return fetch(request); });
}

async function respond(request, url, {page, params}) {
  const person = await store.currentPerson();
  if (!person) return fetch(request);
  const path = page.context.replace(/<(\w+)>/g, (_, name) => params[name]);
  const asJson = (request.headers.get('Accept') ?? '').startsWith('application/json');
  // What was saved a moment ago is here already: the answer to saving never waits for a network.
  const local = request.headers.has('Takan-Local');
  const {context, state, response} = await contextOf(path, params, {asJson, local});
  if (asJson) return response ?? fetch(request);
  if (!context) return state.offline ? missing(url) : fetch(request);
  return rendered(page, params, context, state, request);
}

async function rendered(page, params, context, state, request) {
  const url = new URL(request.url);
  const more = await extras(page.name, context, {...Object.fromEntries(url.searchParams), ...params});
  if (!more) return state.offline ? missing(url) : fetch(request);
  const given = {...context, ...more, reason: '', page: page.template, params, local: await localOf(context, state, page.name)};
  words = CATALOGUES[given.local.language] ?? {};
  const partial = request.headers.get('HX-Request') && page.partial;
  return html(env.render(partial || 'layout/field.html', given));
}

export async function missing(url) {
  const given = {page: 'field/missing.html', params: {path: url.pathname}, local: await localOf(null, {offline: true}, ''), reason: ''};
  return html(env.render('layout/field.html', given), 404);
}

async function localOf(context, state, name) {
  const {waiting, needs_you} = await store.counts();
  const ready = {};
  for (const {id} of [...context?.visits ?? [], ...context?.engagements ?? []]) ready[id] = !!await store.getMeta(`ready:${id}`);
  return {
    day: shanghaiDay(new Date().toISOString()), now: new Date().toISOString(), new_id: newId(),
    assets: globalThis.TAKAN_URLS, worker: true, offline: !!state.offline, waiting, needs_you,
    sign_in_needed: !!state.sign_in_needed || await store.getMeta('stopped') === 'sign_in',
    outbox: name === 'outbox' ? await items() : [], ready, handover: await store.getMeta('handover') ?? '',
    person_id: await store.currentPerson(), language: await store.getMeta('language') ?? 'zh',
  };
}

const html = (text, status = 200) => new Response(text, {status, headers: {
  'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': globalThis.TAKAN_CSP,
  'Referrer-Policy': 'same-origin', 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store',
}});
