// Pages fit the screen at any width, and controls are large enough for touch.
import { lookAround } from "../support/household.js";
import { importPages } from "../support/importing.js";
import { editPageOf, ERRORS, fill, historyOf, INSIDE, LONG_WORD, MARCH, OUTSIDE, recurringPages, RIGHT_TO_LEFT } from "../support/places.js";
import { answered } from "../support/complaints.js";
import { expect, test } from "../support/story.js";

const WIDTHS = [320, 375, 768, 1280];
const THUMB = 44;

/** Describes what exceeds the width; empty if the page does not scroll sideways. */
async function sticksOut(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const widest = Math.max(document.documentElement.scrollWidth, document.body.scrollWidth);
    if (widest <= width) return [];
    return [
      `${widest} px in ${width}`,
      ...[...document.querySelectorAll("body *")]
        .filter((element) => element.getBoundingClientRect().right > width + 0.5)
        .slice(-4)
        .map((element) => `${element.localName}.${element.className} ${Math.round(element.getBoundingClientRect().right)}`),
    ];
  });
}

/** Describes the controls that are too small for touch. */
async function tooSmall(page) {
  return page.evaluate((thumb) => {
    const selector = "button:not([aria-hidden]), nav a, input:not([type=hidden]), select, textarea, summary, [role=button]";
    const large = (element) => {
      const { width, height } = element.getBoundingClientRect();
      return width >= thumb - 0.5 && height >= thumb - 0.5;
    };
    return [...document.querySelectorAll(selector)]
      .filter((element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
      .filter((element) => !large(element) && ![...(element.labels ?? [])].some(large))
      .map((element) => {
        const { width, height } = element.getBoundingClientRect();
        const name = element.getAttribute("aria-label") || element.textContent.trim() || element.name;
        return `${element.localName} “${name.slice(0, 30)}” ${Math.round(width)}×${Math.round(height)}`;
      });
  }, THUMB);
}

for (const width of WIDTHS) {
  const phone = width < 700;
  test.describe(`at ${width} px`, () => {
    test.use({ viewport: { width, height: 800 }, hasTouch: phone, isMobile: phone });

    test("no page scrolls sideways or hides from a thumb, full of the hardest content", async ({ person, page, complaints }) => {
      test.slow();
      complaints.expect(answered(400), answered(404));
      await fill(person);
      const pages = [await editPageOf(person, "Rent"), await historyOf(person, RIGHT_TO_LEFT), ...(await recurringPages(person))];
      const places = [...INSIDE, ...pages, ...ERRORS.map(([address]) => address)];
      for (const address of places) {
        await person.goto(address);
        expect.soft(await sticksOut(page), `${address} sticks out`).toEqual([]);
        if (phone) expect.soft(await tooSmall(page), `${address} is too small`).toEqual([]);
      }
    });

    test("no page of a shared book scrolls sideways or hides from a thumb", async ({ person, stranger, complaints }) => {
      test.slow();
      complaints.expect(answered(404));
      await lookAround(person, stranger, async ({ page }, where) => {
        expect.soft(await sticksOut(page), `${where} sticks out`).toEqual([]);
        if (phone) expect.soft(await tooSmall(page), `${where} is too small`).toEqual([]);
      });
    });

    test("no page of an import scrolls sideways or hides from a thumb", async ({ person, page }) => {
      for (const address of await importPages(person)) {
        await person.goto(address);
        expect.soft(await sticksOut(page), `${address} sticks out`).toEqual([]);
        if (phone) expect.soft(await tooSmall(page), `${address} is too small`).toEqual([]);
      }
    });

    test("no page scrolls sideways or hides from a thumb, empty or signed out", async ({ person, page }) => {
      const look = async (address) => {
        await person.goto(address);
        expect.soft(await sticksOut(page), `${address} sticks out`).toEqual([]);
        if (phone) expect.soft(await tooSmall(page), `${address} is too small`).toEqual([]);
      };
      for (const address of INSIDE) await look(address);
      await page.context().clearCookies();
      for (const address of OUTSIDE) await look(address);
    });

    test("a refused form and its words fit too", async ({ person, page, complaints }) => {
      complaints.expect(answered(422));
      await person.goto("/");
      await person.addForm.fill({ amount: "9".repeat(60), category: LONG_WORD.slice(0, 70), description: RIGHT_TO_LEFT });
      await person.addForm.send();
      await person.addForm.seesMessageAt("amount");
      expect(await sticksOut(page)).toEqual([]);
    });
  });
}

test("all links of the periods are visible without opening anything, on a phone too", async ({ person, page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await person.goto("/");
  for (const name of ["Day", "Week", "Month", "Year", "All", "Previous", "Next", "Today"]) {
    await expect(person.period(name)).toBeVisible();
    await expect(person.period(name)).toBeInViewport();
  }
});

test("the add form is at hand on a phone", async ({ browser, baseURL, person }) => {
  const context = await browser.newContext({
    baseURL,
    viewport: { width: 375, height: 700 },
    hasTouch: true,
    isMobile: true,
    storageState: await person.page.context().storageState(),
  });
  const phone = person.on(await context.newPage());
  await phone.goto("/expenses");
  await phone.page.getByRole("link", { name: /add/i }).filter({ visible: true }).first().click();
  await expect(phone.addForm.amount).toBeFocused();
  await expect(phone.addForm.amount).toBeInViewport();
  await expect(phone.addForm.amount).toHaveAttribute("inputmode", "decimal");
  await context.close();
});

test("the list prints: the rows stay, the controls go", async ({ person, page }) => {
  await person.spent("8", "Food", "apples");
  await person.goto("/expenses");
  await page.emulateMedia({ media: "print" });
  await expect(person.main.getByText("apples").filter({ visible: true }).first()).toBeVisible();
  await expect(person.total).toBeVisible();
  await expect(person.deleteButton("apples")).toBeHidden();
  await expect(person.addForm.form).toBeHidden();
  await expect(page.getByRole("button", { name: "Sign out" })).toBeHidden();
});

test("charts look the same to those who asked for less motion", async ({ person, page }) => {
  await person.spent("8", "Food", "apples", "2025-03-03");
  await person.spent("-3", "Rent", "money back", "2025-03-09");
  const pictures = [];
  for (const reducedMotion of ["no-preference", "reduce"]) {
    await page.emulateMedia({ reducedMotion });
    await person.goto(MARCH);
    pictures.push(await person.chart("Spending by day").settled(), await person.chart("Spending by category").settled());
  }
  expect(pictures.slice(2)).toEqual(pictures.slice(0, 2));
});

test("nothing moves for those who asked for less motion", async ({ person, page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await person.spent("8", "Food", "apples");
  await person.goto("/");
  const moving = await page.evaluate(() => {
    const seconds = (text) => Math.max(...text.split(",").map((one) => parseFloat(one) * (one.trim().endsWith("ms") ? 0.001 : 1)));
    return [...document.querySelectorAll("body, body *")]
      .filter((element) => {
        const { transitionDuration, animationDuration, animationName } = getComputedStyle(element);
        return seconds(transitionDuration) > 0.01 || (animationName !== "none" && seconds(animationDuration) > 0.01);
      })
      .map((element) => `${element.localName}.${element.className}`);
  });
  expect(moving).toEqual([]);
});
