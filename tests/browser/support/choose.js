// Fills one field of a form, whatever it is made of.

/** Sets a field of any make: a list, a group of radio buttons, or a box to type into. */
export async function choose(field, value) {
  const kind = await field.first().evaluate((element) => element.type ?? element.localName);
  if (kind === "radio") return field.and(field.page().locator(`[value="${value}"]`)).check();
  if (kind.startsWith("select")) return field.selectOption(value);
  return field.fill(value);
}
