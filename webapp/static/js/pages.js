// A field page in the worker: the same table, contexts and templates as on the server.
import {Environment} from 'nunjucks/src/environment.js';
import {PrecompiledLoader} from 'nunjucks/src/precompiled-loader.js';
import {contextOf} from './contexts.js';
import {people} from './copies.js';
import {newId} from './digest.js';
import {filters, shanghaiDay, speak} from './filters.js';
import {items} from './items.js';
import * as store from './store.js';
import {extras} from './views.js';

const PAGES = globalThis.TAKAN_PAGES.map(page => ({...page, pattern: patternOf(page.path)}));
let english; // fetched when somebody first reads English, from the worker's own cache
let words = {};

const env = new Environment(new PrecompiledLoader(self.nunjucksPrecompiled), {autoescape: true});
env.addGlobal('_', text => words[text] || text);
for (const [name, filter] of Object.entries(filters)) env.addFilter(name, filter);
// These two Jinja has of itself; nunjucks' own forty stay out of the worker.
env.addFilter('length', value => value?.length ?? 0);
env.addFilter('join', (list, between = '') => list.join(between));

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
  if (!person) return fetch(request).catch(error => unsentStill(request, error));
  const path = page.context.replace(/<(\w+)>/g, (_, name) => params[name]);
  const asJson = (request.headers.get('Accept') ?? '').startsWith('application/json');
  // What was saved a moment ago is here already: the answer to saving never waits for a network.
  const local = request.headers.has('Takan-Local');
  const {context, state, response} = await contextOf(path, params, {asJson, local});
  if (asJson) return response ?? fetch(request);
  if (!context) return state.offline ? missing(url) : fetch(request);
  return rendered(page, params, context, state, request);
}

/** Nobody is signed in and there is no network, but records are left of a store that is no more. */
async function unsentStill(request, error) {
  if (request.mode === 'navigate' && (await people()).length) return Response.redirect('/rescue', 302);
  throw error;
}

async function rendered(page, params, context, state, request) {
  const url = new URL(request.url);
  const more = await extras(page.name, context, {...Object.fromEntries(url.searchParams), ...params});
  if (!more) return state.offline ? missing(url) : fetch(request);
  const given = {...context, ...more, reason: '', page: page.template, params, local: await localOf(context, state, page.name)};
  const partial = request.headers.get('HX-Request') && page.partial;
  return html(await said(partial || 'layout/field.html', given));
}

export async function missing(url) {
  const given = {page: 'field/missing.html', params: {path: url.pathname}, local: await localOf(null, {offline: true}, ''), reason: ''};
  return html(await said('layout/field.html', given), 404);
}

/** The template in the reader's language; between choosing the words and the page nothing waits. */
async function said(template, given) {
  const {language} = given.local;
  if (language === 'en') english ??= await catalogue().catch(console.error);
  words = language === 'en' ? english ?? {} : {};
  speak(language);
  return env.render(template, given);
}

const catalogue = async () => (await caches.match(globalThis.TAKAN_URLS.words_en_json) ?? await fetch(globalThis.TAKAN_URLS.words_en_json)).json();

/** The phone remembers it at once; a page of ours needs no network to be shown in it. */
export async function speakFrom(request, url) {
  await store.setLanguage(url.pathname.split('/')[2]);
  const next = url.searchParams.get('next') ?? '';
  if (match(next) && await store.currentPerson()) return Response.redirect(next, 302);
  return fetch(request).catch(() => Response.redirect('/today', 302));
}

/** All at once: each question to the store costs a blink, and a tap waits for the sum. */
async function localOf(context, state, name) {
  const ids = [...context?.visits ?? [], ...context?.engagements ?? []].map(({id}) => id);
  const [counts, outbox, person_id, language, stopped, handover, ...marks] = await Promise.all([
    store.counts(), name === 'outbox' ? items() : [], store.currentPerson(), store.language(),
    ...['stopped', 'handover', ...ids.map(id => `ready:${id}`)].map(store.getMeta),
  ]);
  return {
    day: shanghaiDay(new Date().toISOString()), now: new Date().toISOString(), new_id: newId(),
    assets: globalThis.TAKAN_URLS, worker: true, offline: !!state.offline, ...counts,
    sign_in_needed: !!state.sign_in_needed || stopped === 'sign_in',
    outbox, ready: Object.fromEntries(ids.map((id, n) => [id, !!marks[n]])), handover: handover ?? '', person_id, language,
  };
}

const html = (text, status = 200) => new Response(text, {status, headers: {
  'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': globalThis.TAKAN_CSP,
  'Referrer-Policy': 'same-origin', 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store',
}});
