// Shows that a request has failed, and repeats it on "Try again".

import htmx from "htmx.org";
import { halfTyped, keyOf } from "./forms.js";

/** Repeats the request that failed last. */
let retry;
/** The text if there was no response. */
let silence;

function show(ctx, words) {
  const box = document.getElementById("failure");
  const text = box?.querySelector("p");
  if (!text) return;
  silence ??= text.textContent;
  retry = () => repeat(ctx);
  // Written when it is visible, so that screen readers announce it.
  box.hidden = false;
  text.textContent = words || silence;
}

function hide() {
  const box = document.getElementById("failure");
  if (!box || box.hidden) return;
  const focused = box.contains(document.activeElement);
  box.hidden = true;
  if (focused) document.getElementById("main")?.focus({ preventScroll: true });
}

/** Sends the same request again: same address, same values, same target. */
function repeat(ctx) {
  const { method, action, body, headers } = ctx.request;
  if (headers["HX-History-Restore-Request"]) return location.reload();
  const values = body ?? new URL(action, location.href).searchParams;
  return htmx.ajax(method, action, {
    source: ctx.sourceElement.isConnected ? ctx.sourceElement : document.body,
    target: ctx.target?.isConnected ? ctx.target : "#main",
    swap: ctx.swap,
    push: ctx.push,
    replace: ctx.replace,
    values: Object.fromEntries(values),
  });
}

/** The text of an error page, if it does not replace the page. */
function wordsOf(fragment) {
  const parts = [...fragment.querySelectorAll("h1, .lead")].map((part) => part.textContent.trim());
  return parts.map((part) => (/[.?]$/.test(part) ? part : `${part}.`)).join(" ");
}

// No response: the network, the server, or the time limit.
document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx?.request) show(ctx);
});

document.addEventListener("htmx:after:request", hide);

// An error that would replace a form with input is shown beside it instead.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx, tasks } = event.detail;
  const fragment = tasks.find((task) => task.type === "main")?.fragment;
  if (!fragment || !(ctx.response?.status >= 400)) return;
  const there = new Set([...fragment.querySelectorAll("form")].map(keyOf));
  if (halfTyped().every((form) => there.has(keyOf(form)))) return;
  event.preventDefault();
  show(ctx, wordsOf(fragment));
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("#failure button")) retry?.();
});
