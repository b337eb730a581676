// The journey with the keyboard only: everything works with Tab, Enter and Space, and the focus is never lost.
import { answered } from "../support/complaints.js";
import { Keyboard } from "../support/keyboard.js";
import { MARCH } from "../support/places.js";
import { expect, test } from "../support/story.js";

/** The focus is on something inside the page's main part, not on nothing. */
async function focusIsKept(page) {
  await expect.poll(() => page.evaluate(() => document.activeElement?.closest("main") !== null && document.activeElement?.localName)).not.toBe(false);
  expect(await page.evaluate(() => document.activeElement.localName)).not.toBe("body");
}

test.describe("by keyboard alone @journey", () => {
  let keys;
  test.beforeEach(({ page }) => {
    keys = new Keyboard(page);
  });

  test("a visitor makes an account, adds, edits, deletes, brings back and signs out", async ({ visitor, page }) => {
    await visitor.goto("/register");
    await keys.type(visitor.emailField, visitor.email);
    await keys.type(visitor.passwordField, visitor.password);
    await keys.press(visitor.createButton);
    await visitor.seesTotal("0.00");

    await keys.type(visitor.addForm.amount, "12.50");
    await keys.type(visitor.addForm.category, "Food");
    await keys.type(visitor.addForm.description, "lunch");
    await page.keyboard.press("Enter");
    await expect(visitor.status).toContainText("Added lunch");
    await visitor.seesTotal("12.50");
    await focusIsKept(page);

    await keys.fromTheTop();
    await keys.press(visitor.editLink("lunch"));
    await expect(visitor.editForm.form).toBeVisible();
    await keys.type(visitor.editForm.amount, "14");
    await keys.press(visitor.editForm.button, "Space");
    await visitor.seesTotal("14.00");

    await keys.fromTheTop();
    await keys.press(visitor.deleteButton("lunch"), "Space");
    await visitor.seesTotal("0.00");
    await focusIsKept(page);
    await keys.fromTheTop();
    await keys.press(visitor.undoButton);
    await visitor.sees("lunch");
    await visitor.seesTotal("14.00");
    await focusIsKept(page);

    await keys.fromTheTop();
    await keys.press(page.getByRole("button", { name: "Sign out" }));
    await expect(page).toHaveURL(/\/login/);
    await keys.type(visitor.emailField, visitor.email);
    await keys.type(visitor.passwordField, visitor.password);
    await page.keyboard.press("Enter");
    await visitor.seesTotal("14.00");
  });

  test("the amount is at most 20 presses of Tab from the top, right after the periods", async ({ person }) => {
    await person.spent("3", "Food", "apples");
    await person.budgeted("10");
    await person.goto("/");
    const presses = await keys.tabTo(person.addForm.amount, 20);
    expect(presses).toBeLessThanOrEqual(20);
  });

  test("the dashboard does not take the focus by itself", async ({ person, page }) => {
    await person.goto("/");
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
    await expect(page.locator("[autofocus]")).toHaveCount(0);
  });

  test("the first stop is a skip link that leads past the navigation", async ({ person, page }) => {
    await person.goto("/");
    const skip = page.getByRole("link", { name: /skip/i });
    expect(await keys.tabTo(skip, 1)).toBe(1);
    await expect(skip).toBeInViewport();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/#main$/);
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement.closest("main") !== null)).toBe(true);
  });

  test("periods, filter and budget are reached and used", async ({ person, page }) => {
    await person.spent("3", "Food", "apples", "2025-03-12");
    await person.spent("4", "Food", "pears", "2025-02-12");
    await person.goto(MARCH);
    await keys.press(person.period("Previous"));
    await person.seesTotal("4.00");
    await keys.fromTheTop();
    await keys.press(person.period("All"));
    await person.seesTotal("7.00");
    await expect(person.period("All")).toBeFocused();

    await person.goto("/expenses?period=all");
    await keys.type(person.filterForm.locator("[name=q]"), "pear");
    await page.keyboard.press("Enter");
    await person.seesTotal("4.00");

    await person.goto("/budgets");
    const form = page.getByRole("form", { name: "Budgets", exact: true });
    await keys.type(form.getByRole("textbox", { name: "Monthly budget", exact: true }), "50");
    await keys.press(form.getByRole("button", { name: "Save budgets" }), "Space");
    await expect(person.status).not.toBeEmpty();
    await person.goto("/");
    await person.seesBudget(0, "safe", "Safe");
  });

  test("a mistake brings the focus to the first bad field, and typing goes on there", async ({ person, page, complaints }) => {
    complaints.expect(answered(422));
    await person.goto("/");
    await keys.type(person.addForm.amount, "twelve");
    await page.keyboard.press("Enter");
    await person.addForm.seesMessageAt("amount");
    await expect(person.addForm.amount).toBeFocused();
    await keys.write(person.addForm.amount, "12");
    await page.keyboard.press("Enter");
    await person.addForm.seesMessageAt("category");
    await expect(person.addForm.category).toBeFocused();
    await keys.write(person.addForm.category, "Food");
    await page.keyboard.press("Enter");
    await person.seesTotal("12.00");
  });

  test("several expenses are added in a row without leaving the form", async ({ person, page }) => {
    await person.goto("/");
    await keys.tabTo(person.addForm.amount);
    for (const [amount, total] of [["1", "1.00"], ["2", "3.00"], ["3", "6.00"]]) {
      await keys.write(person.addForm.amount, amount);
      await keys.type(person.addForm.category, "Food");
      await keys.press(person.addForm.button);
      await person.seesTotal(total);
      // The next one begins at the amount, or a short way back to it.
      if (!(await person.addForm.amount.evaluate((field) => field === document.activeElement))) {
        await focusIsKept(page);
        await keys.fromTheTop();
        await keys.tabTo(person.addForm.amount, 20);
      }
    }
  });

  test("a category in the doughnut's table leads to its expenses", async ({ person, page }) => {
    await person.spent("3", "Food", "apples", "2025-03-12");
    await person.spent("5", "Rent", "room", "2025-03-12");
    await person.goto(MARCH);
    const link = person.chart("Spending by category").table.getByRole("link", { name: /Food/ }).first();
    await keys.press(link);
    await expect(page).toHaveURL(/\/expenses\?/);
    await person.seesTotal("3.00");
  });
});
