// Recurring entries: a bill is entered once, confirmed, changed for one date, paused and ended; by keyboard, with and without
// scripts.
import { answered } from "../support/complaints.js";
import { shift, today } from "../support/dates.js";
import { Keyboard } from "../support/keyboard.js";
import { expect, test } from "../support/story.js";

const form = (page) => page.getByRole("form", { name: "New recurring entry" });
const section = (page, name) => page.getByRole("region", { name });

async function fillIn(page, fields) {
  for (const [label, value] of Object.entries(fields)) {
    const field = form(page).getByLabel(label, { exact: true });
    if ((await field.evaluate((element) => element.tagName)) === "SELECT") await field.selectOption(value);
    else await field.fill(value);
  }
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(`${javaScriptEnabled ? "with" : "without"} scripts @journey`, () => {
    test.use({ javaScriptEnabled });

    test("a bill is entered by itself, and one that asks is confirmed or skipped", async ({ person, page }) => {
      await person.goto("/recurring");
      await fillIn(page, { Amount: "1150", Category: "Housing", Description: "Rent", "First date": today() });
      await form(page).getByRole("button", { name: "Save" }).click();
      await expect(person.status).toContainText("Added recurring entry Rent, entered 1 expense");
      await person.goto("/");
      await person.seesTotal("1150.00");

      await person.goto("/recurring");
      const fields = { Amount: "54.90", Category: "Housing", Description: "Power", "First date": shift(today(), -40) };
      await fillIn(page, { ...fields, "On its day": "ask" });
      await form(page).getByRole("button", { name: "Save" }).click();
      await expect(person.status).toContainText("Added recurring entry Power");
      const due = section(page, "Due now");
      await expect(due.getByRole("listitem")).toHaveCount(2);
      await due.getByRole("button", { name: /^Skip Power/ }).first().click();
      await expect(person.status).toContainText("Skipped");
      await expect(due.getByRole("listitem")).toHaveCount(1);
      await due.getByRole("link", { name: /^Change Power/ }).click();
      const date = page.getByRole("form", { name: "This date" });
      await date.getByLabel("Amount", { exact: true }).fill("60");
      await date.getByRole("button", { name: "Enter now" }).click();
      await expect(person.status).toContainText("Entered");
      await expect(due).toHaveCount(0);
      await person.goto("/expenses?period=all");
      await person.seesTotal("1210.00");
    });

    test("the form prints its dates before it is saved", async ({ person, page }) => {
      await person.goto("/recurring/new");
      await fillIn(page, { "First date": "2031-01-31" });
      const dates = form(page).locator(".next-dates");
      if (javaScriptEnabled) await fillIn(page, { Every: "2", "Number of times": "3" });
      else {
        await fillIn(page, { Every: "2", "Number of times": "3" });
        await form(page).getByRole("button", { name: "Show next dates" }).click();
      }
      await expect(dates.getByRole("listitem")).toHaveText(["Jan 31, 2031", "Mar 31, 2031", "May 31, 2031"]);
      await expect(form(page).getByLabel("Every", { exact: true })).toHaveValue("2");
      await expect(person.main).not.toContainText("All recurring entries $");
    });

    test("an expense is repeated, paused and ended", async ({ person, page }) => {
      await person.spent("9.99", "Music", "Streaming");
      await person.goto("/expenses");
      await person.editLink("Streaming").click();
      await page.getByRole("link", { name: "Repeat this" }).click();
      await form(page).getByRole("button", { name: "Save" }).click();
      await expect(person.status).toContainText("Added recurring entry Streaming");
      const all = section(page, "All recurring entries");
      await all.getByRole("link", { name: "Streaming" }).click();
      await page.getByRole("button", { name: "Pause" }).click();
      await expect(person.status).toContainText("Paused");
      await all.getByRole("link", { name: "Streaming" }).click();
      await page.getByRole("button", { name: "Resume" }).click();
      await expect(person.status).toContainText("Resumed");
      await all.getByRole("link", { name: "Streaming" }).click();
      await page.getByRole("button", { name: "End", exact: true }).click();
      await expect(person.status).toContainText("Ended");
      await expect(all).toHaveCount(0);
    });
  });
}

test("a mistake stands at its field, and what was typed stays", async ({ person, page, complaints }) => {
  complaints.expect(answered(422));
  await person.goto("/recurring");
  await fillIn(page, { Amount: "9.99", Category: "Music", Every: "100", "Last date": "2020-01-01" });
  await form(page).getByRole("button", { name: "Save" }).click();
  await expect(form(page).getByLabel("Every", { exact: true })).toBeFocused();
  await expect(form(page)).toContainText("Enter a whole number from 1 to 99.");
  await expect(form(page)).toContainText("The last date is before the first one.");
  await expect(form(page).getByLabel("Amount", { exact: true })).toHaveValue("9.99");
});

test("a bill is entered by keyboard alone, and the budget knows it", async ({ person, page }) => {
  await person.budgeted("2000");
  await person.goto("/recurring");
  const keys = new Keyboard(page);
  const field = (name) => form(page).getByLabel(name, { exact: true });
  await keys.type(field("Amount"), "40");
  await keys.type(field("Category"), "Phone");
  await keys.type(field("Every"), "1");
  await keys.tabTo(field("Unit"));
  await page.keyboard.type("day");
  await keys.press(form(page).getByRole("button", { name: "Save" }));
  await expect(person.status).toContainText("entered 1 expense");
  await person.goto("/");
  await person.seesBudget(2, "safe", "Safe");
});
