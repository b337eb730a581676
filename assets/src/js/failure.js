// Says that a request did not get through, and repeats it when asked.

import htmx from "htmx.org";
import { halfTyped, keyOf } from "./forms.js";

/** Repeats the request that failed last. */
let retry;
/** What the box says when nothing came back at all. */
let silence;

function show(ctx, words) {
  const box = document.getElementById("failure");
  const text = box?.querySelector("p");
  if (!text) return;
  silence ??= text.textContent;
  retry = () => repeat(ctx);
  // Written when it is visible, so that it is read out.
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

/** The same request once more: same address, same values, same place. */
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

/** An error's page in words, for when it does not get the whole place. */
function wordsOf(fragment) {
  const parts = [...fragment.querySelectorAll("h1, .lead")].map((part) => part.textContent.trim());
  return parts.map((part) => (/[.?]$/.test(part) ? part : `${part}.`)).join(" ");
}

// No answer: the network, the server, or the time limit.
document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx?.request) show(ctx);
});

document.addEventListener("htmx:after:request", hide);

// An error that would take the place of a half-typed form is said beside it instead.
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
