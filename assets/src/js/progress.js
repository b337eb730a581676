// Shows the progress bar during a slow request.

const NOTICED_AFTER = 150; // milliseconds

const running = new Set();
let timer;

function show(shown) {
  // Looked up each time, because Back restores a page with another bar.
  const bar = document.getElementById("progress");
  if (bar) bar.hidden = !shown;
}

function stop() {
  clearTimeout(timer);
  timer = undefined;
  show(false);
}

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  running.add(ctx);
  timer ??= setTimeout(show, NOTICED_AFTER, true);
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  running.delete(ctx);
  if (running.size === 0) stop();
});

addEventListener("pageshow", (event) => event.persisted && stop());
