// Preserves input: a swap never clears a form with input, and a form that succeeded is reset.

const KEPT = "form[data-keep]";
const BUTTONS = new Set(["submit", "button", "reset", "image"]);

/** Fields that count as input although the server filled them in, after a 422 or from the address: form → names. */
const typed = new Map();
/** The sent values of a form, by request. */
const sent = new WeakMap();
/** Values to preserve, by request: form → values. */
const staying = new WeakMap();

/** Identifies a form before and after a swap. The query of its address can change, its path does not. */
export const keyOf = (form) => `${form.id} ${new URL(form.getAttribute("action") ?? "", location.href).pathname}`;

const fieldsOf = (form) =>
  [...form.elements].filter((field) => field.name && "value" in field && !BUTTONS.has(field.type));
const isTick = (field) => field.type === "checkbox" || field.type === "radio";
const isVisible = (field) => field.type !== "hidden";

function valuesOf(fields) {
  const values = new Map();
  for (const field of fields) {
    if (!isTick(field) || field.checked) values.set(field.name, field.value);
    else if (!values.has(field.name)) values.set(field.name, "");
  }
  return values;
}

/** The visible values of a form: name → value. */
export const visibleValues = (form) => valuesOf(fieldsOf(form).filter(isVisible));

/** The value of a field in the markup from the server. */
function defaultOf(field) {
  if (!field.options) return field.defaultValue;
  return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value ?? "";
}

const isChanged = (field) =>
  isTick(field) ? field.checked !== field.defaultChecked : field.value !== defaultOf(field);

function isHalfTyped(form) {
  const names = typed.get(keyOf(form));
  return fieldsOf(form).some(
    (field) => isVisible(field) && (isChanged(field) || (names?.has(field.name) && field.value !== "")),
  );
}

/** The forms with input that the server has not accepted yet. */
export const halfTyped = () => [...document.querySelectorAll(KEPT)].filter(isHalfTyped);

/** Sets every field to its preserved value, else to that of the markup: morphing does not change fields with input. */
function settle(form, kept) {
  for (const field of fieldsOf(form)) {
    const value = kept.get(field.name);
    if (isTick(field)) field.checked = value === undefined ? field.defaultChecked : field.value === value;
    else if (field.value !== (value ?? defaultOf(field))) field.value = value ?? defaultOf(field);
  }
}

/** The fields that were changed during the request. */
function changedSince(form, before) {
  const text = (value) => (value ?? "").replaceAll("\r\n", "\n");
  const values = visibleValues(form);
  return new Map([...values].filter(([name, value]) => text(before.get(name)) !== text(value)));
}

/** The field of this form with the focus. */
function focusedIn(form) {
  const field = document.activeElement;
  return field?.form === form && field.name && !isTick(field) ? new Map([[field.name, field.value]]) : new Map();
}

function keptOf(form, own, ctx) {
  if (form === own) {
    // A filter with the focus is not changed.
    const now = ctx.request.method === "GET" ? focusedIn(form) : [];
    return new Map([...changedSince(form, sent.get(ctx) ?? new Map()), ...now]);
  }
  // One line replaces what the form has.
  if (own?.id === "quick-add" && form.id === "add-expense") return new Map();
  if (!form.matches(KEPT)) return focusedIn(form);
  if (!isHalfTyped(form)) return new Map();
  // The values that the visible fields were rendered with stay with them. The other hidden fields come from the new page.
  const stays = ({ name }) => name === "request_id" || name.startsWith("was_");
  return valuesOf(fieldsOf(form).filter((field) => isVisible(field) || stays(field)));
}

/** Values from the address (a bookmark, one line, or signing in again) count as input. */
function noticePrefilled() {
  const form = document.getElementById("add-expense");
  const parameters = new URLSearchParams(location.search);
  const names = parameters.has("line")
    ? ["amount", "category", "date", "description"]
    : [...parameters.keys()].filter((name) => name.startsWith("add_")).map((name) => name.slice("add_".length));
  if (form && names.length) typed.set(keyOf(form), new Set(names));
}

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (ctx.request.form) sent.set(ctx, new Map(ctx.request.body));
});

document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  const own = ctx.request.form;
  staying.set(ctx, new Map([...document.forms].map((form) => [keyOf(form), keptOf(form, own, ctx)])));
  if (own?.matches(KEPT)) {
    const isSaved = ctx.response.status < 400 && !sent.get(ctx)?.has("preview");
    if (isSaved) typed.delete(keyOf(own));
    else typed.set(keyOf(own), new Set(fieldsOf(own).filter(isVisible).map((field) => field.name)));
  }
});

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const kept = staying.get(ctx);
  if (!kept) return;
  for (const form of document.forms) settle(form, kept.get(keyOf(form)) ?? new Map());
  const there = new Set([...document.forms].map(keyOf));
  for (const key of typed.keys()) if (!there.has(key)) typed.delete(key);
  if (ctx.request.form?.id === "quick-add") noticePrefilled();
});

noticePrefilled();
