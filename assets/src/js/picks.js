// A picked category goes into the field, and one that is typed takes the pick back.

document.addEventListener("change", ({ target }) => {
  if (target.name !== "category_pick") return;
  const field = target.form.elements.namedItem("category");
  field.value = target.value;
  // The suggestion listens, so that it leaves the field alone.
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

document.addEventListener("input", ({ target }) => {
  if (target.name !== "category") return;
  for (const pick of target.form?.querySelectorAll("[name=category_pick]") ?? []) {
    pick.checked = pick.value === target.value;
  }
});
