// Back and Forward restore the view, the filter and the charts.
import { expect, test } from "../support/story.js";
import { MARCH } from "../support/places.js";

test("Back and Forward walk through the periods that were looked at", async ({ person }) => {
  await person.spent("1", "Food", "on the day", "2025-03-12");
  await person.spent("2", "Food", "that week", "2025-03-10");
  await person.spent("4", "Food", "that month", "2025-03-31");
  await person.goto(MARCH);
  await person.seesTotal("7.00");
  await person.choosePeriod("Week");
  await person.seesTotal("3.00");
  await person.choosePeriod("Day");
  await person.seesTotal("1.00");

  await person.page.goBack();
  await person.seesTotal("3.00");
  await expect(person.period("Week")).toHaveAttribute("aria-current", /.+/);
  expect(person.query.period).toBe("week");
  await person.page.goBack();
  await person.seesTotal("7.00");
  await expect(person.page).toHaveURL(MARCH);
  await person.page.goForward();
  await person.seesTotal("3.00");
  await person.sees("on the day", "that week");
  await person.doesNotSee("that month");
});

test("charts live on after Back, from a swap and from another page", async ({ person }) => {
  await person.spent("30", "Groceries", "market", "2025-03-03");
  await person.spent("70", "Rent", "room", "2025-02-03");
  await person.goto(MARCH);
  const trend = person.chart("Spending by day");
  await trend.isDrawn();
  const march = await trend.settled();

  await person.period("Previous").click();
  await person.seesTotal("70.00");
  await expect.poll(() => trend.picture()).not.toBe(march);
  await person.page.goBack();
  await person.seesTotal("30.00");
  await trend.isDrawn();

  await person.page.getByRole("link", { name: "Expenses", exact: true }).first().click();
  await expect(person.page).toHaveURL(/\/expenses/);
  await expect(person.page.locator("canvas")).toHaveCount(0);
  await person.page.goBack();
  await expect(person.page).toHaveURL(MARCH);
  await person.seesTotal("30.00");
  await trend.isDrawn();
  const again = await trend.settled();
  await person.add({ amount: "55", category: "Groceries", date: "2025-03-21", description: "feast" });
  await expect.poll(() => trend.picture()).not.toBe(again);
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("the list's filter survives add, edit, delete, undo and Back", async ({ person }) => {
      await person.spent("10", "Food", "apples", "2025-03-03");
      await person.spent("20", "Food", "apple pie", "2025-03-04");
      await person.spent("40", "Books", "an atlas", "2025-03-05");
      const filter = { period: "month", on: "2025-03-12", category: "Food", q: "apple" };
      const keepsTheFilter = async () => {
        await expect.poll(() => person.query).toMatchObject(filter);
        expect(new URL(person.page.url()).pathname).toBe("/expenses");
        await person.doesNotSee("an atlas");
      };
      await person.goto(`/expenses?${new URLSearchParams(filter)}`);
      await person.seesTotal("30.00");

      await person.add({ amount: "5", category: "Food", date: "2025-03-06", description: "apple juice" });
      await person.seesTotal("35.00");
      await keepsTheFilter();

      await person.edit("apple juice", { amount: "6" });
      await person.seesTotal("36.00");
      await keepsTheFilter();

      await person.delete("apple juice");
      await person.seesTotal("30.00");
      await keepsTheFilter();

      await person.undo("apple juice");
      await person.seesTotal("36.00");
      await keepsTheFilter();

      await person.editLink("apple pie").click();
      await expect(person.editForm.form).toBeVisible();
      await person.page.goBack();
      await person.seesTotal("36.00");
      await keepsTheFilter();
    });
  });
}

test("Back to a form that was sent, changed and sent again makes a second expense", async ({ browser, baseURL, person }) => {
  await person.goto("/");
  const context = await browser.newContext({
    baseURL,
    javaScriptEnabled: false,
    storageState: await person.page.context().storageState(),
  });
  const page = await context.newPage();
  const plain = person.on(page, false);
  await plain.goto("/");
  await plain.add({ amount: "5", category: "Food", description: "once" });
  await page.goBack();
  await plain.addForm.fill({ amount: "6", category: "Food", description: "twice" });
  await plain.addForm.send();
  await plain.sees("once", "twice");
  await plain.seesTotal("11.00");
  await context.close();
});
