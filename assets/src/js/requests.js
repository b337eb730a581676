// Keeps requests in order: one change at a time, the newest view wins, and nothing is sent twice by a double click.

const isChange = (ctx) => ctx.request.method !== "GET";

/** Elements whose change is on its way. */
const sending = new Set();
/** Reads under way, each with what breaks it off. */
const reads = new Map();
/** What tells that a request is over, however it ended. */
const over = new WeakMap();
/** Settles when every change sent so far has been answered and shown. */
let changes = Promise.resolve();

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (isChange(ctx) && sending.has(ctx.sourceElement)) event.preventDefault();
  // Searching while typing is one step for Back, not one for each pause.
  if (ctx.sourceEvent?.type === "input") [ctx.push, ctx.replace] = [undefined, ctx.push];
});

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  // Whatever view was asked for before, the person has moved on.
  for (const stop of reads.values()) stop.abort();

  const stop = new AbortController();
  const before = changes;
  const done = new Promise((resolve) => over.set(ctx, resolve));
  if (isChange(ctx)) {
    const element = ctx.sourceElement;
    sending.add(element);
    done.then(() => sending.delete(element));
    changes = before.then(() => done);
  } else {
    reads.set(ctx, stop);
  }

  const signal = AbortSignal.any([stop.signal, ctx.request.signal].filter(Boolean));
  ctx.fetch = async (address, options) => {
    // A view asked for while an expense is being saved must show that expense.
    await Promise.race([before, aborted(signal)]);
    return fetch(address, { ...options, signal });
  };
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  over.get(ctx)?.();
  reads.delete(ctx);
});

function aborted(signal) {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

// Plain forms, such as "Create account": the second half of a double click would be told that the address is taken.
const AGAIN_AFTER = 4000; // milliseconds
const submitted = new WeakMap();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (event.timeStamp - (submitted.get(form) ?? -Infinity) < AGAIN_AFTER) event.preventDefault();
  else submitted.set(form, event.timeStamp);
});
