// Importing files of banks and other trackers: without scripts, by keyboard, and what goes wrong.
import { answered } from "../support/complaints.js";
import { corpusFile, Import, uploaded } from "../support/importing.js";
import { Keyboard } from "../support/keyboard.js";
import { expect, test } from "../support/story.js";

const ALL = "/expenses?period=all&kind=all";

/** Files of different kinds, with the choice for each question that one of them asks. */
const FILES = [
  ["csv", "us-chase-checking.csv"],
  ["csv", "de-outbank-utf16le.csv"],
  ["csv", "de-targobank-no-header.csv"],
  ["csv", "nl-rabobank-cp1252.csv"],
  ["csv", "peer-monefy-ambiguous.csv", { date_order: "DD/MM/YYYY" }],
  ["csv", "peer-ynab-register.csv"],
  ["bank", "ofx1-cp1252-entities.qfx"],
  ["bank", "qif-ynab4-day-first.qif"],
  ["bank", "de-mt940-reversal.sta"],
  ["bank", "de-camt053-v4-batch.xml"],
];

const cents = (amount) => Math.round(Number(amount) * 100);

async function seesSum(person, sum) {
  await person.goto(ALL);
  await expect(person.total).toHaveAttribute("data-amount", (sum / 100).toFixed(2));
}

/** Reads the file as it has to be read; the review. */
async function review(person, file, answers = {}) {
  const walk = new Import(person);
  await walk.choose(file);
  const open = person.page.locator("details.read-as[open]");
  if ((await open.count()) > 0) {
    for (const [name, value] of Object.entries(answers)) await open.locator(`[name=${name}]`).selectOption(value);
    await open.getByRole("button", { name: "Apply" }).click();
  }
  await expect(walk.rows).toBeVisible();
  return walk;
}

test.describe("without scripts @journey", () => {
  test.use({ javaScriptEnabled: false });

  for (const [part, name, answers] of FILES) {
    test(`${name} is imported, known again and taken back`, async ({ person, page }) => {
      const file = await corpusFile(part, name);
      if (file.account_currency) {
        await person.goto("/book");
        await page.getByLabel("Currency").selectOption(file.account_currency);
        await page.getByRole("button", { name: /^Save/ }).first().click();
        await expect(person.status).not.toBeEmpty();
      }
      await person.spent("7", "Own", "typed by hand", "2001-01-01");
      await seesSum(person, 700);
      let walk = await review(person, file, answers);
      await walk.counts({ new: file.rows.length, known: 0, maybe: 0 });
      await walk.confirmButton.click();
      await expect(person.status).toContainText(`Imported ${file.rows.length} expenses`);
      const imported = page.url();
      await seesSum(person, 700 - cents(file.sum));
      walk = await review(person, file, answers);
      await walk.counts({ new: 0, known: file.rows.length, maybe: 0 });
      await page.goto(imported);
      await walk.undoButton.click();
      await expect(person.status).toContainText("to the trash");
      await seesSum(person, 700);
    });
  }

  test("a wrong description keeps everything that was typed", async ({ person, page, complaints }) => {
    complaints.expect(answered(422));
    await person.goto(await uploaded(person, "two.csv", "Date,Description,Amount\n2025-03-03,Milk,-2.50\n2025-03-04,Bus,-3.00\n"));
    const walk = new Import(person);
    const descriptions = walk.rows.getByRole("textbox", { name: "Description" });
    await descriptions.nth(0).fill("x".repeat(501));
    await walk.rows.getByRole("combobox", { name: "Category" }).nth(1).fill("Travel");
    await walk.rows.getByRole("checkbox").nth(1).uncheck();
    await page.getByRole("button", { name: "Save choices" }).click();
    await expect(page.getByRole("alert")).toContainText("Use 500 characters or fewer (now 501).");
    await expect(descriptions.nth(0)).toHaveAttribute("aria-invalid", "true");
    await expect(descriptions.nth(0)).toHaveValue("x".repeat(501));
    await expect(walk.rows.getByRole("combobox", { name: "Category" }).nth(1)).toHaveValue("Travel");
    await expect(walk.rows.getByRole("checkbox").nth(1)).not.toBeChecked();
    await descriptions.nth(0).fill("Oat milk");
    await walk.confirmButton.click();
    await person.goto("/expenses?period=all");
    await person.sees("Oat milk");
    await person.doesNotSee("Bus", "Milk");
  });
});

test("a file is imported by keyboard alone, one row of it with another category @journey", async ({ person, page }) => {
  const keys = new Keyboard(page);
  const walk = new Import(person);
  const { buffer } = await corpusFile("csv", "us-chase-checking.csv");
  await person.goto("/expenses");
  await keys.press(page.getByRole("link", { name: "Import", exact: true }));
  const choosing = page.waitForEvent("filechooser");
  await keys.press(page.getByLabel("File", { exact: true }));
  await (await choosing).setFiles({ name: "chase.csv", mimeType: "text/csv", buffer });
  await keys.press(page.getByRole("button", { name: "Continue" }));
  await expect(walk.rows).toBeVisible();
  await keys.type(walk.rows.getByRole("combobox", { name: "Category" }).first(), "Clothing");
  // Enter saves the choices and nothing else.
  await page.keyboard.press("Enter");
  await expect(person.status).toContainText("Choices saved");
  await keys.press(walk.rows.getByRole("checkbox").nth(1), "Space");
  await keys.press(walk.confirmButton);
  await expect(person.status).toContainText("Imported 4 expenses");
  await keys.press(page.getByRole("link", { name: "View expenses" }));
  await expect(page).toHaveURL(/import=\d+/);
  await page.goBack();
  await keys.press(walk.undoButton);
  await expect(person.status).toContainText("Moved 4 expenses to the trash");
});

test("a deleted expense is restored from the review", async ({ person, page }) => {
  await person.spent("2.50", "Food", "Milk", "2025-03-03");
  await person.goto("/?period=month&on=2025-03-12");
  await person.delete("Milk");
  await person.goto(await uploaded(person, "one.csv", "Date,Description,Amount\n2025-03-03,Milk,-2.50\n"));
  const walk = new Import(person);
  await expect(walk.rows).toContainText("in the trash since");
  await walk.rows.getByRole("button", { name: "Restore Milk" }).click();
  await expect(person.status).toContainText("Expense restored");
  await expect(walk.rows).toContainText("Already there: same date, amount and description");
  await person.goto("/expenses?period=all");
  await person.seesTotal("2.50");
});

test("a file that is none says what to do", async ({ person, page, complaints }) => {
  complaints.expect(answered(422));
  await person.goto("/import");
  await page.getByLabel("File", { exact: true }).setInputFiles({ name: "a.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7") });
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByLabel("File", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await expect(person.main).toContainText("PDF");
});
