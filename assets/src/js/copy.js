// A button "Copy" after each read-only field with a secret that is shown only now: tokens and links.

function prepare() {
  if (!navigator.clipboard) return;
  for (const field of document.querySelectorAll(".field > input[readonly]")) {
    if (field.nextElementSibling?.matches(".copy")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy button";
    button.textContent = "Copy";
    field.after(button);
  }
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.(".copy");
  if (!button) return;
  const field = button.previousElementSibling;
  try {
    await navigator.clipboard.writeText(field.value);
    button.textContent = "Copied";
  } catch {
    // The browser refuses: it is selected for the keys of the person.
    field.select();
  }
});

document.addEventListener("htmx:after:swap", prepare);
prepare();
