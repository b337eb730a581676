// Money in: entered by keyboard, with and without scripts, and axe on the pages of a book with income.
import AxeBuilder from "@axe-core/playwright";
import { ExpenseForm } from "../support/expense-form.js";
import { Keyboard } from "../support/keyboard.js";
import { expect, test } from "../support/story.js";

const PAGES = ["/", "/?add_kind=income", "/expenses?period=all&kind=all", "/expenses?kind=income", "/categories", "/budgets"];

const incomeForm = (page) => new ExpenseForm(page.getByRole("form", { name: "Add income" }), "Add income");

for (const javaScriptEnabled of [true, false]) {
  test.describe(`${javaScriptEnabled ? "with" : "without"} scripts @journey`, () => {
    test.use({ javaScriptEnabled });

    test("a salary is entered by keyboard and found behind the income and the net", async ({ person, page }) => {
      await person.spent("900", "Rent");
      await person.goto("/");
      const keys = new Keyboard(page);
      await keys.press(page.getByRole("link", { name: "Add income", exact: true }));
      const { amount, category, button } = incomeForm(page);
      await expect(button).toBeVisible();
      await keys.fromTheTop();
      await keys.type(amount, "2400");
      await keys.type(category, "Salary");
      await page.keyboard.press("Enter");
      await expect(person.status).toContainText("Added income Salary, $2,400.00");
      await person.seesTotal("900.00");
      await expect(person.addForm.button).toBeVisible();
      await expect(page.getByTestId("period-net")).toHaveAttribute("data-amount", "1500.00");
      await page.getByTestId("period-income").click();
      await person.seesTotal("2400.00");
      await page.getByLabel("Kind").selectOption("Spending and income");
      await person.filterForm.getByRole("button", { name: "Filter" }).click();
      await person.seesTotal("-1500.00");
    });
  });
}

test("half-typed income stays income while the page changes around it", async ({ person, page }) => {
  await person.spent("900", "Rent");
  await person.goto("/?add_kind=income");
  await incomeForm(page).fill({ amount: "50", category: "Tips" });
  await person.choosePeriod("Week");
  await incomeForm(page).holds({ amount: "50", category: "Tips" });
  await person.deleteButton("Rent").click();
  await expect(person.status).toContainText("Deleted");
  await incomeForm(page).holds({ amount: "50", category: "Tips" });
  await incomeForm(page).send();
  await expect(person.status).toContainText("Added income Tips, $50.00");
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing grave on pages with income in the ${colorScheme} theme`, async ({ person, page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await person.spent("900", "Rent");
    await person.goto("/?add_kind=income");
    await incomeForm(page).fill({ amount: "2400", category: "Salary" });
    await incomeForm(page).send();
    await expect(person.status).toContainText("Added income");
    for (const address of PAGES) {
      await person.goto(address);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const grave = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
      expect.soft(grave.map(({ id }) => id), address).toEqual([]);
    }
  });
}
