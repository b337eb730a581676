// A button in the password field of the sign-in pages that shows what was entered.

function prepare() {
  for (const field of document.querySelectorAll(".field > #password[type=password]")) {
    if (field.parentElement.querySelector(".show-password")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "show-password quiet";
    button.setAttribute("aria-controls", field.id);
    field.after(button);
    show(field, button, false);
  }
}

function show(field, button, isShown) {
  field.type = isShown ? "text" : "password";
  const action = document.createElement("span");
  action.textContent = isShown ? "Hide" : "Show";
  const rest = document.createElement("span");
  rest.className = "unseen";
  rest.textContent = " password";
  button.replaceChildren(action, rest);
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.(".show-password");
  const field = button?.parentElement.querySelector("input");
  if (field) show(field, button, field.type === "password");
});

// So that the browser offers to save it, and keeps it out of the suggestions for text.
document.addEventListener(
  "submit",
  ({ target }) => {
    for (const button of target.querySelectorAll(".show-password")) {
      show(button.parentElement.querySelector("input"), button, false);
    }
  },
  true,
);

document.addEventListener("htmx:after:swap", prepare);
prepare();
