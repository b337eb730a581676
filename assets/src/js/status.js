// Notices: announces them, also the same text twice and a change of the period, and hides them after a while.

const SHOWN_FOR = 6000; // milliseconds

let timer;

const region = () => document.getElementById("status");

function clear() {
  const focused = region()?.parentElement.contains(document.activeElement);
  region()?.replaceChildren();
  if (focused) document.getElementById("main")?.focus({ preventScroll: true });
}

/** A button that closes the notice, and the time after which it closes by itself. One with "Undo" stays. */
function prepare() {
  clearTimeout(timer);
  const status = region();
  if (!status?.querySelector(":scope > :not(.unseen)")) return;
  if (!status.parentElement.querySelector(".toast-close")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "toast-close";
    button.ariaLabel = "Close";
    button.innerHTML = '<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><path d="m5 5 10 10M15 5 5 15"/></svg>';
    status.after(button);
  }
  if (!status.querySelector("form")) timer = setTimeout(hide, SHOWN_FOR);
}

/** Waits while it is being read. */
function hide() {
  const toast = region()?.parentElement;
  if (toast?.matches(":hover, :focus-within")) timer = setTimeout(hide, SHOWN_FOR);
  else clear();
}

/** After another period was chosen: its name and total, for screen readers only. */
function announceView() {
  const status = region();
  const label = document.querySelector(".period-label")?.textContent.trim();
  if (!label || status?.childElementCount !== 0) return;
  const total = document.querySelector("[data-testid=period-total]")?.textContent.trim();
  const words = document.createElement("p");
  words.className = "unseen";
  words.textContent = total ? `${label}, ${total}` : label;
  status.append(words);
}

document.addEventListener("click", ({ target }) => {
  if (target.closest?.(".toast-close")) clear();
});

// A live region announces added nodes. Text that morphing leaves unchanged would not be announced.
document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  const isDone = ctx.request.method !== "GET" && ctx.response.status < 400;
  if (isDone) region()?.replaceChildren();
});

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.request.method === "GET" && ctx.sourceElement?.closest?.("nav")) announceView();
  prepare();
});

prepare();
