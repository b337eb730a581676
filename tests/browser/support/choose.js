// Sets one field of a form, whatever its control is.

/** Sets a select, a group of radio buttons, or a text field. */
export async function choose(field, value) {
  const kind = await field.first().evaluate((element) => element.type ?? element.localName);
  if (kind === "radio") return field.and(field.page().locator(`[value="${value}"]`)).check();
  if (kind.startsWith("select")) return field.selectOption(value);
  return field.fill(value);
}
