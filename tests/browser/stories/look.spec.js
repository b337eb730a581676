// How pages feel: long amounts on a narrow screen, the first screen of a phone, notices, the add sheet, charts under a finger.
import { shift, today } from "../support/dates.js";
import { MARCH } from "../support/places.js";
import { expect, test } from "../support/story.js";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** Rows whose name is narrower than a word or is covered by the amount. */
async function crampedRows(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll(".row")]
      .filter((row) => row.querySelector(".row-body"))
      .filter((row) => {
        const [name, amount] = [".row-name > [dir]", ".row-amount"].map((part) => row.querySelector(part).getBoundingClientRect());
        const beside = amount.top < name.bottom && amount.bottom > name.top;
        return row.querySelector(".row-text").clientWidth < 100 || (beside && amount.left < name.right);
      })
      .map((row) => row.textContent.trim()),
  );
}

test.describe("at 320 px", () => {
  test.use({ viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true });

  test("the longest amounts leave names readable, and no page scrolls sideways", async ({ person, page }) => {
    test.slow();
    await person.changeSettings({ currency: "USD", locale: "id-ID" });
    await person.spent("99999999999.99", "Pendidikan", "Uang sekolah semester dua");
    await person.spent("20999999999.79", "Belanja bulanan keluarga", "Pasar");
    await person.spent("-99999999999.99", "Pajak", "Pengembalian pajak penghasilan");
    await person.spent("99999999999.99", "Kesehatan", "", "2025-03-12");
    await person.budgeted("99999999999.99");
    await person.budgeted("0.01", "Pendidikan");
    for (const address of ["/", MARCH, "/?period=all", "/expenses?period=all", "/budgets", "/categories", "/by-category?period=all", "/settings"]) {
      await person.goto(address);
      const [wide, broad] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      expect.soft(wide, address).toBeLessThanOrEqual(broad);
      expect.soft(await crampedRows(page), address).toEqual([]);
    }
    await person.goto("/expenses?period=all");
    const card = await page.locator(".statement").boundingBox();
    const total = await person.total.boundingBox();
    expect(total.x + total.width).toBeLessThanOrEqual(card.x + card.width);
  });
});

test.describe("on a phone", () => {
  test.use(PHONE);

  test("the first screen shows the number and the budget, then charts come before the rows", async ({ person, page }) => {
    await person.spent("8", "Food", "apples");
    await person.budgeted("100");
    await person.goto("/");
    const end = async (locator) => {
      const { y, height } = await locator.boundingBox();
      return y + height;
    };
    const bar = await page.getByRole("navigation", { name: "Main" }).getByRole("list").boundingBox();
    expect(await end(person.total)).toBeLessThan(bar.y);
    expect(await end(page.locator(".budget"))).toBeLessThan(bar.y);
    const tops = [];
    for (const part of [".spent", ".budget", ".doughnut", ".trend", ".latest", ".quick-add", ".tools"]) {
      tops.push((await page.locator(`.board ${part}`).first().boundingBox()).y);
    }
    expect(tops).toEqual([...tops].sort((one, other) => one - other));
  });

  test("Escape and a tap beside it close the add sheet", async ({ person, page }) => {
    await person.goto("/");
    const open = page.getByRole("link", { name: "Add", exact: true });
    const close = page.getByRole("link", { name: "Close", exact: true });
    for (const leave of [() => page.keyboard.press("Escape"), () => page.mouse.click(20, 40)]) {
      await open.click();
      await expect(close).toBeVisible();
      await expect(person.addForm.amount).toBeFocused();
      await leave();
      await expect(close).toBeHidden();
    }
  });

  test("the first tap on a bar shows its value, the second leads to its rows", async ({ person, page }) => {
    await person.spent("30", "Food", "market", "2025-03-03");
    await person.goto(MARCH);
    const trend = person.chart("Spending by day");
    await trend.isDrawn();
    const before = await trend.settled();
    await trend.canvas.evaluate((canvas) => canvas.scrollIntoView({ block: "center" }));
    const { x, y, width, height } = await trend.canvas.boundingBox();
    // The third of 31 days, right of the scale.
    const at = [x + 34 + ((width - 34) * 2.5) / 31, y + height / 2];
    await page.touchscreen.tap(...at);
    await expect.poll(() => trend.picture()).not.toBe(before);
    await expect(page).toHaveURL(/period=month/);
    await page.touchscreen.tap(...at);
    await expect(page).toHaveURL(/\/expenses\?.*2025-03-03/);
    await person.seesTotal("30.00");
  });

  for (const javaScriptEnabled of [true, false]) {
    test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
      test.use({ javaScriptEnabled });

      test("Sign out is at the end of the settings", async ({ person, page }) => {
        await person.goto("/");
        await page.getByRole("link", { name: "Settings", exact: true }).click();
        await person.signOut();
      });
    });
  }
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts @journey" : "without scripts @journey", () => {
    test.use({ javaScriptEnabled });

    test("a frequent category is picked instead of typed", async ({ person }) => {
      await person.spent("3", "Coffee", "Espresso");
      await person.goto("/");
      await person.addForm.amount.fill("2.50");
      await person.addForm.form.getByRole("radio", { name: "Coffee", exact: true }).check();
      await person.addForm.send();
      await expect(person.status).toContainText("Added Coffee, $2.50");
      await person.seesTotal("5.50");
      await expect(person.addForm.form.getByRole("radio", { name: "Coffee", exact: true })).not.toBeChecked();
      await person.addForm.holds({ amount: "", category: "" });
    });
  });
}

test("a picked category is in the field, and one that is typed takes it back", async ({ person }) => {
  await person.spent("3", "Coffee", "Espresso");
  await person.goto("/");
  const pick = person.addForm.form.getByRole("radio", { name: "Coffee", exact: true });
  await pick.check();
  await person.addForm.holds({ category: "Coffee" });
  await person.addForm.category.fill("Tea");
  await expect(pick).not.toBeChecked();
  await person.addForm.fill({ amount: "2" });
  await person.addForm.send();
  await expect(person.status).toContainText("Added Tea, $2.00");
});

test("a notice goes by itself or by its button, and one with Undo stays", async ({ person, page }) => {
  await page.clock.install();
  await person.goto("/");
  const close = page.getByRole("button", { name: "Close", exact: true });
  await person.add({ amount: "1", category: "Food", description: "apples" });
  await page.mouse.move(0, 0);
  await page.clock.runFor(7000);
  await expect(person.status).toBeEmpty();
  await person.add({ amount: "1", category: "Food", description: "pears" });
  await close.click();
  await expect(person.status).toBeEmpty();
  await expect(close).toBeHidden();
  await person.delete("pears");
  await page.clock.runFor(60_000);
  await expect(person.undoButton).toBeVisible();
  await close.click();
  await expect(person.undoButton).toHaveCount(0);
});

test("another period is announced with its total", async ({ person }) => {
  await person.spent("8", "Food", "apples", "2025-03-12");
  await person.goto(MARCH);
  await expect(person.status).toBeEmpty();
  await person.period("Next").click();
  await expect(person.status).toHaveText("April 2025, $0.00");
  await person.period("Previous").click();
  await expect(person.status).toHaveText("March 2025, $8.00");
});

test("the bin of a row shows with the pointer or the focus", async ({ person, page }) => {
  await person.spent("8", "Food", "apples");
  await person.goto("/expenses");
  await page.mouse.move(0, 0);
  const bin = person.deleteButton("apples");
  await expect(bin).toHaveCSS("opacity", "0");
  await person.editLink("apples").hover();
  await expect(bin).toHaveCSS("opacity", "1");
  await page.mouse.move(0, 0);
  await bin.focus();
  await expect(bin).toHaveCSS("opacity", "1");
});

test("the folded categories open below the legend", async ({ person, page }) => {
  for (let at = 1; at <= 11; at += 1) await person.spent(String(at), `Category ${at}`, "", "2025-03-12");
  await person.goto(MARCH);
  const figure = person.chart("Spending by category").figure;
  await expect(figure.getByRole("row", { name: /Category 11/ })).toBeVisible();
  await expect(figure.getByRole("row", { name: /Category 1 / })).toHaveCount(0);
  await figure.getByText("Other (3)").click();
  await expect(figure.getByRole("row", { name: /Category 1 / })).toBeVisible();
  await figure.getByRole("link", { name: /^Other \(3\)/ }).click();
  await expect(page).toHaveURL(/by-category\?.*rank=9/);
  await person.seesTotal("6.00");
});

test("on a screen of a few lines nothing is fixed over the content", async ({ person, page }) => {
  await person.spent("8", "Food", "apples", shift(today(), -1));
  await page.setViewportSize({ width: 320, height: 256 });
  await person.goto("/");
  const fixed = await page.evaluate(() =>
    [...document.querySelectorAll("body *")]
      .filter((element) => element.checkVisibility() && ["fixed", "sticky"].includes(getComputedStyle(element).position))
      .filter((element) => element.getBoundingClientRect().height > 8 && !element.matches(".skip"))
      .map((element) => element.className || element.localName),
  );
  expect(fixed).toEqual([]);
});
