// Keeps what people type: a swap never clears a half-typed form, and a form that succeeded starts afresh.

const KEPT = "form[data-keep]";
const BUTTONS = new Set(["submit", "button", "reset", "image"]);

/** Fields that count as typed although the server filled them in, after a 422 or from the address: form → names. */
const typed = new Map();
/** Values that a form was sent with, by request. */
const sent = new WeakMap();
/** What is to stay as it is, by request: form → values. */
const staying = new WeakMap();

/** Tells a form from the others before and after a swap: the query of its address may change, its path does not. */
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

/** What a person sees in a form: name → value. */
export const visibleValues = (form) => valuesOf(fieldsOf(form).filter(isVisible));

/** The value that the markup, and so the server, gives a field. */
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

/** The forms that hold something a person typed and the server has not taken. */
export const halfTyped = () => [...document.querySelectorAll(KEPT)].filter(isHalfTyped);

/** Sets every field to what is kept of it, else to what the markup says: morphing leaves alone what was typed into. */
function settle(form, kept) {
  for (const field of fieldsOf(form)) {
    const value = kept.get(field.name);
    if (isTick(field)) field.checked = value === undefined ? field.defaultChecked : field.value === value;
    else if (field.value !== (value ?? defaultOf(field))) field.value = value ?? defaultOf(field);
  }
}

/** What the person changed in a form while it was on its way. */
function changedSince(form, before) {
  const text = (value) => (value ?? "").replaceAll("\r\n", "\n");
  const values = visibleValues(form);
  return new Map([...values].filter(([name, value]) => text(before.get(name)) !== text(value)));
}

/** The field of this form that is being typed into. */
function focusedIn(form) {
  const field = document.activeElement;
  return field?.form === form && field.name && !isTick(field) ? new Map([[field.name, field.value]]) : new Map();
}

function keptOf(form, own, ctx) {
  if (form === own) {
    // A filter is not corrected under the hands of the person who is typing into it.
    const now = ctx.request.method === "GET" ? focusedIn(form) : [];
    return new Map([...changedSince(form, sent.get(ctx) ?? new Map()), ...now]);
  }
  if (!form.matches(KEPT)) return focusedIn(form);
  if (!isHalfTyped(form)) return new Map();
  // The other hidden fields follow the page.
  return valuesOf(fieldsOf(form).filter((field) => isVisible(field) || field.name === "request_id"));
}

/** What came by the address (a bookmark, or signing in again) is as good as typed. */
function noticePrefilled() {
  const form = document.getElementById("add-expense");
  const names = [...new URLSearchParams(location.search).keys()].filter((name) => name.startsWith("add_"));
  if (form && names.length) typed.set(keyOf(form), new Set(names.map((name) => name.slice("add_".length))));
}

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (ctx.request.form) sent.set(ctx, new Map(ctx.request.body));
});

document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  const own = ctx.request.form;
  staying.set(ctx, new Map([...document.forms].map((form) => [keyOf(form), keptOf(form, own, ctx)])));
  if (own?.matches(KEPT)) {
    if (ctx.response.status < 400) typed.delete(keyOf(own));
    else typed.set(keyOf(own), new Set(fieldsOf(own).filter(isVisible).map((field) => field.name)));
  }
});

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const kept = staying.get(ctx);
  if (!kept) return;
  for (const form of document.forms) settle(form, kept.get(keyOf(form)) ?? new Map());
  const there = new Set([...document.forms].map(keyOf));
  for (const key of typed.keys()) if (!there.has(key)) typed.delete(key);
});

noticePrefilled();
