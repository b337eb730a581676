// The forms "Add expense" and "Edit expense" and their messages.
import { expect } from "@playwright/test";

export class ExpenseForm {
  constructor(form, button) {
    this.form = form;
    this.amount = form.getByRole("textbox", { name: "Amount", exact: true });
    this.category = form.getByLabel("Category", { exact: true });
    this.date = form.getByLabel("Date", { exact: true });
    this.description = form.getByRole("textbox", { name: "Description", exact: true });
    this.button = form.getByRole("button", { name: button, exact: true });
  }

  async fill(fields) {
    for (const [name, value] of Object.entries(fields)) await this[name].fill(value);
  }

  async send() {
    await this.button.click();
  }

  async holds(fields) {
    for (const [name, value] of Object.entries(fields)) await expect(this[name]).toHaveValue(value);
  }

  /** The field is marked as invalid and refers to a visible message. */
  async seesMessageAt(name, words = /\S/) {
    const field = this[name];
    await expect(field).toHaveAttribute("aria-invalid", "true");
    const ids = (await field.getAttribute("aria-describedby")) ?? "";
    expect(ids, `${name} has no aria-describedby`).not.toBe("");
    const messages = this.form.page().locator(ids.split(/\s+/).map((id) => `[id="${id}"]`).join(", "));
    await expect(messages.filter({ hasText: words, visible: true }).first()).toBeVisible();
  }
}
