// The sheet with the add form on a phone: Escape closes it, as its button and the veil do.

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  const close = document.querySelector(".add:has(:target) .sheet-close");
  if (!close?.checkVisibility()) return;
  close.click();
  document.getElementById("add-link")?.focus({ preventScroll: true });
});
