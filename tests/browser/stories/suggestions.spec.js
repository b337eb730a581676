// Suggested categories and the one-line form: by keyboard, with and without scripts, and axe on the filled form.
import AxeBuilder from "@axe-core/playwright";
import { answered } from "../support/complaints.js";
import { Keyboard } from "../support/keyboard.js";
import { expect, test } from "../support/story.js";

const REASON = "Coffee, as the last 3 times";

async function history(person) {
  for (let at = 0; at < 3; at += 1) await person.spent("3", "Coffee", "Espresso");
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(`${javaScriptEnabled ? "with" : "without"} scripts @journey`, () => {
    test.use({ javaScriptEnabled });

    test("one line and Enter twice is an expense", async ({ person, page }) => {
      await history(person);
      await person.goto("/");
      const keys = new Keyboard(page);
      await keys.type(page.getByLabel("Quick add", { exact: true }), "4.20 espresso yesterday");
      await page.keyboard.press("Enter");
      await person.addForm.holds({ amount: "4.20", category: "Coffee", description: "espresso" });
      await expect(person.addForm.button).toBeFocused();
      await expect(page.getByText(REASON)).toBeVisible();
      await person.seesTotal("9.00");
      await page.keyboard.press("Enter");
      await expect(person.status).toContainText("Added espresso, $4.20");
      await person.addForm.holds({ amount: "", category: "", description: "" });
    });

    test("a category that is left out is offered", async ({ person, complaints }) => {
      complaints.expect(answered(422));
      await history(person);
      await person.goto("/");
      await person.addForm.fill({ amount: "3.10" });
      // Saved before the script can have asked.
      await person.addForm.description.fill("Espresso");
      await person.addForm.description.press("Enter");
      await person.addForm.holds({ amount: "3.10", category: "Coffee", description: "Espresso" });
      await person.addForm.seesMessageAt("category", REASON);
      await person.addForm.send();
      await expect(person.status).toContainText("Added Espresso, $3.10");
    });
  });
}

test("a category appears while one types, and never replaces one's own", async ({ person, page }) => {
  await history(person);
  await person.goto("/");
  const { category, description } = person.addForm;
  const reason = page.locator("#add-reason");
  await description.pressSequentially("Espresso");
  await expect(category).toHaveValue("Coffee");
  await expect(reason).toHaveText(REASON);
  // Another description takes it back.
  await description.fill("Screws");
  await expect(category).toHaveValue("");
  await expect(reason).toHaveText("");
  await category.fill("Tools");
  await description.fill("Espresso");
  await page.waitForResponse(/expenses\/suggestion/);
  await expect(category).toHaveValue("Tools");
  // An emptied field stays empty.
  await category.fill("");
  await description.fill("Espresso ");
  await page.waitForResponse(/expenses\/suggestion/);
  await expect(category).toHaveValue("");
});

test("a line fills a form that was half typed, and nothing else clears it", async ({ person, page }) => {
  await history(person);
  await person.goto("/");
  await person.addForm.fill({ amount: "99", description: "Shoes" });
  await page.getByLabel("Quick add", { exact: true }).fill("5 espresso");
  await page.getByRole("button", { name: "Fill in" }).click();
  await person.addForm.holds({ amount: "5", category: "Coffee", description: "espresso" });
  await person.choosePeriod("Week");
  await person.addForm.holds({ amount: "5", category: "Coffee", description: "espresso" });
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing grave in a filled form in the ${colorScheme} theme`, async ({ person, page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await history(person);
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await person.goto("/?line=5%20espresso");
      await expect(page.getByText(REASON)).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).analyze();
      const grave = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
      expect.soft(grave.map(({ id }) => id), `${width}`).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect.soft(overflow, `${width}`).toBeLessThanOrEqual(0);
    }
  });
}
