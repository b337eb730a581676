// Suggests a category while a description is typed. It fills an empty field and never one that a person has filled.

const PAUSE = 250;

let timer = 0;
/** The request that is running. */
let running = null;
/** The category that was filled in, until a person changes it. */
let filled = "";
/** Whether the person has emptied the field: then it stays so until the form is a new one. */
let declined = false;

const reasonOf = (form) => form.querySelector("#add-reason");

function fill(form, { category, reason }) {
  const field = form.elements.namedItem("category");
  if (field.value === "" ? declined : field.value !== filled) return;
  filled = category ?? "";
  field.value = filled;
  reasonOf(form).textContent = reason ?? "";
}

async function suggest(form) {
  const description = form.elements.namedItem("description").value.trim();
  running?.abort();
  running = new AbortController();
  if (description === "") return fill(form, {});
  const address = new URL(form.dataset.suggestion, location.href);
  address.searchParams.set("description", description);
  const kind = form.elements.namedItem("kind")?.value;
  if (kind) address.searchParams.set("kind", kind);
  try {
    const answer = await fetch(address, { signal: running.signal });
    // Signed out, it is the sign-in page.
    if (answer.ok && !answer.redirected) fill(form, await answer.json());
  } catch {
    // Nothing is suggested while the network is down, or a later text is asked for.
  }
}

document.addEventListener("input", ({ target }) => {
  const form = target.form;
  if (!form?.dataset.suggestion) return;
  if (target.name === "description") {
    clearTimeout(timer);
    timer = setTimeout(suggest, PAUSE, form);
  } else if (target.name === "category") {
    declined = target.value === "";
    filled = "";
    reasonOf(form).textContent = "";
  }
});

// A form with another id is a new one.
let formId = "";
function begin() {
  const form = document.querySelector("form[data-suggestion]");
  const id = form?.elements.namedItem("request_id").value ?? "";
  if (id === formId) return;
  formId = id;
  clearTimeout(timer);
  running?.abort();
  declined = false;
  filled = form && reasonOf(form).textContent ? form.elements.namedItem("category").value : "";
}

document.addEventListener("htmx:after:swap", begin);
begin();
