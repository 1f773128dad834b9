// The one place that knows htmx's names for things.
import htmx from 'htmx.org';

/** `listen({form, ctx})` runs when a form's request is set up; it may replace `ctx.fetch`. */
export function beforeRequest(listen) {
  htmx.registerExtension('takan-outbox', {
    htmx_config_request(element, detail) {
      listen({form: element.closest('form'), ctx: detail.ctx});
    },
  });
}

/** `listen()` runs whenever a piece of the page was replaced. */
export const afterSwap = listen => document.addEventListener('htmx:after:swap', listen);

export const refresh = (path, target) => htmx.ajax('GET', path, {target, swap: 'outerHTML'});
