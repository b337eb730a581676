// Sets the focus after a swap, so that it is never lost.

let pathBefore = location.pathname;
let pageBefore = pageOf(location.search);
/** The id of the element with the focus before the swap. */
let focusedBefore = "";

/** The page of a long list in an address. */
function pageOf(search) {
  const parameters = new URLSearchParams(search);
  return ["before", "after", "page"].map((name) => parameters.get(name) ?? "").join(" ");
}

const isLost = () => !document.activeElement || document.activeElement === document.body;

function focus(element) {
  element?.focus({ preventScroll: element.id === "main" });
  return element != null && document.activeElement === element;
}

const focusMain = () => focus(document.getElementById("main"));

/** The row of the expense in an address like /expenses/17/restore. */
function rowOf(path) {
  const id = path.match(/\/expenses\/([^/]+)/)?.[1];
  return id && document.querySelector(`#expense-${CSS.escape(id)} a[href]`);
}

function afterChange(path, form) {
  if (form?.id === "add-expense") {
    const typing = document.activeElement;
    // The person has already moved to the next field.
    if (typing?.form?.id === form.id && typing.value && typing.value !== typing.defaultValue) return true;
    return focus(document.getElementById("add-expense")?.elements.namedItem("amount"));
  }
  if (path.endsWith("/delete")) return focus(document.querySelector("#status button, #status a"));
  return focus(rowOf(path));
}

document.addEventListener("htmx:before:swap", () => {
  focusedBefore = document.activeElement?.id ?? "";
});

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const moved = location.pathname !== pathBefore || pageOf(location.search) !== pageBefore;
  pathBefore = location.pathname;
  pageBefore = pageOf(location.search);

  // Back and Forward: the browser restores the scroll position itself.
  if (ctx.request.headers["HX-History-Restore-Request"]) return;
  if (moved) scrollTo(0, 0);

  const failed = ctx.response?.status >= 400;
  const isFilled = !failed && ctx.request.form?.id === "quick-add";
  if (isFilled && focus(document.querySelector("#add-expense [autofocus]"))) return;
  if (failed && focus(document.querySelector('#main [aria-invalid="true"], #main .conflict'))) return;
  if (!failed && ctx.request.method !== "GET") {
    const path = new URL(ctx.request.action, location.href).pathname;
    if (afterChange(path, ctx.request.form)) return;
  }
  if (moved) focusMain();
  else if (isLost() && !focus(document.getElementById(focusedBefore))) focusMain();
});
