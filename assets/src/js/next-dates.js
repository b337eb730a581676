// Prints the next dates of a recurring entry while its form is filled in. Without this script a button does.

const DELAY = 150; // milliseconds

let timer;
let running = new AbortController();

async function update(form) {
  running.abort();
  running = new AbortController();
  const body = new URLSearchParams(new FormData(form));
  body.set("preview", "1");
  const headers = { "HX-Request": "true" };
  const answer = await fetch(form.action, { method: "POST", body, headers, signal: running.signal });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [old, now] = [form, page].map((root) => root.querySelector("[data-preview]"));
  if (old && now) old.replaceChildren(...now.childNodes);
}

document.addEventListener("change", ({ target }) => {
  const form = target.form;
  if (!form?.querySelector("[data-preview]")) return;
  clearTimeout(timer);
  // A newer change or a lost connection ends it; the button still works.
  timer = setTimeout(() => update(form).catch(() => {}), DELAY);
});
