// A person with an account: what they see and do, found by accessible names.
import { readFile } from "node:fs/promises";
import { expect } from "@playwright/test";
import { Chart } from "./chart.js";
import { choose } from "./choose.js";
import { shift, today } from "./dates.js";
import { ExpenseForm } from "./expense-form.js";
import { Visitor } from "./visitor.js";

const exactly = (text) => new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);

export class Person extends Visitor {
  /** The same person on another page or device. */
  on(page, scripts = true) {
    return Object.assign(new Person(page, scripts), { email: this.email, password: this.password });
  }

  // What they see.

  get addForm() {
    return new ExpenseForm(this.page.getByRole("form", { name: "Add expense" }), "Add expense");
  }

  get editForm() {
    return new ExpenseForm(this.page.getByRole("form", { name: "Edit expense" }), "Save");
  }

  get total() {
    return this.page.getByTestId("period-total");
  }

  get status() {
    return this.page.getByRole("status");
  }

  get undoButton() {
    return this.page.getByRole("button", { name: "Undo", exact: true });
  }

  get periods() {
    return this.page.getByRole("navigation", { name: "Period" });
  }

  get filterForm() {
    return this.page.locator("form", { has: this.page.locator("[name=q]:not([type=hidden])") });
  }

  get budgetMeter() {
    return this.page.getByRole("meter", { name: /Monthly budget/ });
  }

  period(name) {
    return this.periods.getByRole("link", { name, exact: true });
  }

  editLink(description) {
    return this.page.getByRole("link", { name: exactly(`Edit ${description}`) });
  }

  deleteButton(description) {
    return this.page.getByRole("button", { name: exactly(`Delete ${description}`) });
  }

  /** Opens what a form is folded into, if it is. */
  async unfold(form) {
    const fold = this.page.locator("details:not([open])", { has: form }).locator("> summary");
    if ((await fold.count()) > 0) await fold.first().click();
    await expect(form).toBeVisible();
  }

  /** The form that renames and recolours a category. */
  categoryForm(name) {
    return this.page.locator("form", { has: this.page.locator(`[name=name][value="${name}"]`) });
  }

  /** The form that merges a category into another. */
  async mergeForm(name) {
    const address = await this.categoryForm(name).getAttribute("action");
    return this.page.locator(`form[action="${address}/merge"]`);
  }

  /** How light the page's ground is, from 0 to 1. */
  async backgroundLightness() {
    return this.page.evaluate(() => {
      const pen = document.createElement("canvas").getContext("2d");
      for (const element of [document.body, document.documentElement]) {
        pen.clearRect(0, 0, 1, 1);
        pen.fillStyle = getComputedStyle(element).backgroundColor;
        pen.fillRect(0, 0, 1, 1);
        const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
        if (alpha > 0) return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
      }
      return 1;
    });
  }

  chart(name) {
    return new Chart(this.page.getByRole("figure", { name }));
  }

  async seesTotal(amount) {
    await expect(this.total).toHaveCount(1);
    await expect(this.total).toHaveAttribute("data-amount", amount);
  }

  async sees(...descriptions) {
    for (const description of descriptions) await expect(this.editLink(description)).toBeVisible();
  }

  async doesNotSee(...descriptions) {
    for (const description of descriptions) await expect(this.editLink(description)).toHaveCount(0);
  }

  /** `aria-valuenow`, the status of the bar and the words that say it. */
  async seesBudget(percent, status, words) {
    await expect(this.budgetMeter).toHaveCount(1);
    await expect(this.budgetMeter).toHaveAttribute("aria-valuenow", String(percent));
    await expect(this.budgetMeter).toHaveAttribute("aria-valuemax", String(Math.max(100, percent)));
    await expect(this.budgetMeter).toHaveAttribute("data-status", status);
    await expect(this.main).toContainText(words);
  }

  // What they do on the pages.

  async add(expense) {
    await this.unfold(this.page.getByRole("form", { name: "Add expense", includeHidden: true }));
    await this.addForm.fill(expense);
    await this.addForm.send();
    await expect(this.status).toContainText(`Added ${expense.description || expense.category}`);
  }

  async choosePeriod(name) {
    await this.period(name).click();
    await expect(this.period(name)).toHaveAttribute("aria-current", /.+/);
    await expect(this.periods.locator("[aria-current]")).toHaveCount(1);
  }

  async edit(description, changes) {
    await this.editLink(description).click();
    await this.editForm.fill(changes);
    await this.editForm.send();
    await expect(this.editForm.form).toHaveCount(0);
  }

  async delete(description) {
    await this.deleteButton(description).click();
    await expect(this.status).toContainText(description);
    await expect(this.undoButton).toBeVisible();
    await this.doesNotSee(description);
  }

  async undo(description) {
    await this.undoButton.click();
    await this.sees(description);
    await expect(this.undoButton).toHaveCount(0);
  }

  /** Fills the filter of the list; unnamed fields stay as they are. */
  async filter(fields) {
    for (const [name, value] of Object.entries(fields)) {
      await choose(this.filterForm.locator(`[name=${name}]`), value);
    }
    await this.filterForm.getByRole("button").first().click();
    for (const [name, value] of Object.entries(fields)) {
      await expect.poll(() => this.query[name] ?? "").toBe(value);
    }
  }

  async setBudget(amount, name = "Monthly budget") {
    await this.goto("/budgets");
    const form = this.page.getByRole("form", { name: "Budgets", exact: true });
    await form.getByRole("textbox", { name, exact: true }).fill(amount);
    await form.getByRole("button", { name: "Save budgets" }).click();
    await expect(this.status).not.toBeEmpty();
  }

  async changeSettings(fields) {
    await this.goto("/settings");
    const form = this.page.locator("form", { has: this.page.locator("[name=currency]") });
    for (const [name, value] of Object.entries(fields)) await choose(form.locator(`[name=${name}]`), value);
    await form.getByRole("button", { name: /^save/i }).click();
    await expect(this.status).not.toBeEmpty();
  }

  async exportCsv() {
    const arriving = this.page.waitForEvent("download");
    await this.page.getByRole("link", { name: "Export CSV" }).first().click();
    const download = await arriving;
    return { filename: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  }

  async signOut() {
    await this.page.getByRole("button", { name: "Sign out", exact: true }).click();
    await expect(this.page).toHaveURL(/\/login/);
  }

  async loseSession() {
    await this.page.context().clearCookies();
  }

  // What a story sets up quickly, past the pages: the same forms, sent as plain requests.

  async registerByRequest() {
    await this.#post("/register", { email: this.email, password: this.password });
  }

  async spent(amount, category, description = "", date = today()) {
    await this.#post("/expenses", { amount, category, description, date });
  }

  /** A monthly entry from yesterday on. */
  async repeats(amount, category, description = "", mode = "post") {
    await this.#post("/recurring", { amount, category, description, mode, date: shift(today(), -1) });
  }

  async budgeted(amount, category = "") {
    await this.#post("/budgets", { amount, category });
  }

  async #post(address, form) {
    const answer = await this.page.context().request.post(address, { form, maxRedirects: 0 });
    expect(answer.status(), `POST ${address}: ${await answer.text()}`).toBe(303);
  }
}
