// Keyboard shortcuts of one key: never while typing, and the list of them has a switch that turns them off.

const OFF = "shortcuts-off";
const FIELDS = "input, textarea, select, [contenteditable], dialog";

const first = (...selectors) => {
  for (const selector of selectors) {
    const found = [...document.querySelectorAll(selector)].find((element) => element.checkVisibility());
    if (found) return found;
  }
  return null;
};

const step = (title) => () => first(`#period a[href][title=${title}]`, `.stepper a[href][title=${title}]`);

/** The key, what it does, and the element that it presses; one without an element on this page is not listed. */
const SHORTCUTS = [
  ["n", "Add an expense", () => first("#add-amount", "#add-link", "summary.button.primary")],
  ["/", "Search", () => first("#filter-q")],
  ["ArrowLeft", "Previous period", step("Previous")],
  ["ArrowRight", "Next period", step("Next")],
];
const NAMES = { ArrowLeft: "←", ArrowRight: "→" };

/** Without storage, as in some private windows, they are always on. */
function isOff() {
  try {
    return localStorage.getItem(OFF) !== null;
  } catch {
    return false;
  }
}

function turn(isOn) {
  if (isOn) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "");
}

function press(element) {
  if (element.matches("input")) {
    element.focus();
  } else if (element.matches("summary")) {
    element.parentElement.open = true;
    document.getElementById("add-amount")?.focus();
  } else {
    element.click();
  }
}

function row(key, words) {
  const item = document.createElement("li");
  const name = document.createElement("kbd");
  name.textContent = NAMES[key] ?? key;
  item.append(name, words);
  return item;
}

function list() {
  const dialog = document.createElement("dialog");
  dialog.className = "shortcuts card";
  dialog.setAttribute("aria-labelledby", "shortcuts-title");
  dialog.innerHTML = `<h2 id="shortcuts-title">Keyboard shortcuts</h2><ul></ul>
<label class="check"><input type="checkbox"> Use keyboard shortcuts</label>
<form method="dialog"><button class="button">Close</button></form>`;
  const items = SHORTCUTS.filter(([, , find]) => find()).map(([key, words]) => row(key, words));
  dialog.querySelector("ul").append(...items, row("?", "List the shortcuts"));
  const box = dialog.querySelector("input");
  box.checked = !isOff();
  box.addEventListener("change", () => turn(box.checked));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.defaultPrevented && !event.isComposing;
  if (!isPlain || event.repeat || event.target.closest?.(FIELDS)) return;
  if (isOff()) return;
  const element = SHORTCUTS.find(([key]) => key === event.key)?.[2]();
  if (!element && event.key !== "?") return;
  event.preventDefault();
  if (element) press(element);
  else list();
});

/** In the settings a button opens the list, which can turn the keys on again. */
function prepare() {
  const about = document.getElementById("about");
  if (!about || document.getElementById("shortcuts-button")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.id = "shortcuts-button";
  button.className = "quiet";
  button.textContent = "Keyboard shortcuts…";
  button.addEventListener("click", list);
  about.append(button);
}

document.addEventListener("htmx:after:swap", prepare);
prepare();
