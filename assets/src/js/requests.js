// Orders requests: one change at a time, the newest view wins, and a double click sends nothing twice.

const isChange = (ctx) => ctx.request.method !== "GET";

/** Elements with a running change. */
const sending = new Set();
/** Running reads, each with a function that aborts it. */
const reads = new Map();
/** The events at the end of a request. */
const over = new WeakMap();
/** Resolves when every change sent so far has been answered and shown. */
let changes = Promise.resolve();

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (isChange(ctx) && sending.has(ctx.sourceElement)) event.preventDefault();
  // Searching while typing adds one history entry, not one for each pause.
  if (ctx.sourceEvent?.type === "input") [ctx.push, ctx.replace] = [undefined, ctx.push];
});

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  // Earlier requests for views are obsolete.
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
    // A view that is requested while an expense is being saved has to show that expense.
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

// Plain forms, such as "Create account": the second request of a double click would fail because the address is taken.
const AGAIN_AFTER = 4000; // milliseconds
const submitted = new WeakMap();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (event.timeStamp - (submitted.get(form) ?? -Infinity) < AGAIN_AFTER) event.preventDefault();
  else submitted.set(form, event.timeStamp);
});
