// Accessibility of every page: axe in both themes, empty and full, and the structure of the served HTML.
import AxeBuilder from "@axe-core/playwright";
import { answered } from "../support/complaints.js";
import { lookAround } from "../support/household.js";
import { importPages } from "../support/importing.js";
import { editPageOf, ERRORS, fill, historyOf, INSIDE, OUTSIDE, recurringPages, RIGHT_TO_LEFT } from "../support/places.js";
import { expect, test } from "../support/story.js";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const GRAVE = ["serious", "critical"];

/** Reports the serious findings of axe on the open page as soft failures, so that one run covers every page. */
async function isUsable(page, where) {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const grave = violations
    .filter(({ impact }) => GRAVE.includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(" | ")}`);
  expect.soft(grave, `axe on ${where}`).toEqual([]);
}

for (const colorScheme of ["light", "dark"]) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme, reducedMotion: "reduce" });

    test("axe finds nothing grave on pages of an empty account", async ({ person, page }) => {
      test.slow();
      for (const address of INSIDE) {
        await person.goto(address);
        await isUsable(page, address);
      }
    });

    test("axe finds nothing grave on pages of a full account", async ({ person, page }) => {
      test.slow();
      await fill(person);
      await isUsable(page, "the list after a delete");
      const pages = [await editPageOf(person, "Rent"), await historyOf(person, RIGHT_TO_LEFT), ...(await recurringPages(person))];
      for (const address of [...INSIDE, ...pages]) {
        await person.goto(address);
        await isUsable(page, address);
      }
    });

    test("axe finds nothing grave on the pages of an import", async ({ person, page }) => {
      for (const address of await importPages(person)) {
        await person.goto(address);
        await isUsable(page, address);
      }
    });

    test("axe finds nothing grave on pages of a shared book", async ({ person, stranger, complaints }) => {
      test.slow();
      complaints.expect(answered(404));
      await stranger.page.emulateMedia({ reducedMotion: "reduce" });
      await lookAround(person, stranger, ({ page }, where) => isUsable(page, where));
    });

    test("axe finds nothing grave on the sign-in pages, and none in their errors", async ({ visitor, page, complaints }) => {
      complaints.expect(answered(401), answered(422));
      for (const address of OUTSIDE) {
        await visitor.goto(address);
        await isUsable(page, address);
      }
      await visitor.goto("/register");
      await visitor.emailField.fill("nobody");
      await visitor.passwordField.fill("short");
      await visitor.createButton.click();
      await expect(visitor.emailField).toHaveAttribute("aria-invalid", "true");
      await isUsable(page, "a refused registration");
      await visitor.goto("/login");
      await visitor.signIn("not the password at all");
      await expect(visitor.passwordField).toHaveValue("");
      await isUsable(page, "a refused sign-in");
    });

    test("axe finds nothing grave on the page that asks to wait after too many attempts", async ({ person, page, complaints }) => {
      complaints.expect(answered(429));
      const { request } = page.context();
      // Without its cookies the failures of a browser count for the address.
      await person.loseSession();
      for (let attempt = 1; attempt <= 10; attempt += 1) {
        await request.post("/login", { form: { email: person.email, password: "not the password at all" } });
      }
      await person.goto("/login");
      await person.emailField.fill(person.email);
      await person.passwordField.fill("not the password at all");
      const answer = page.waitForResponse((response) => response.request().method() === "POST");
      await person.signInButton.click();
      expect((await answer).status()).toBe(429);
      await expect(person.main).toContainText(/minute|later|wait/i);
      await isUsable(page, "too many attempts");
    });

    test("axe finds nothing grave on error pages and refused forms", async ({ person, page, complaints }) => {
      complaints.expect(answered(400), answered(404), answered(422));
      for (const [address, status] of ERRORS) {
        expect((await person.goto(address)).status(), address).toBe(status);
        await isUsable(page, address);
      }
      await person.goto("/");
      await person.addForm.send();
      await person.addForm.seesMessageAt("amount");
      await isUsable(page, "a refused expense");
    });
  });
}

test("a theme chosen in the settings wins over the system's, and axe finds nothing grave in it", async ({ person, page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await fill(person);
  await person.changeSettings({ theme: "dark" });
  await person.goto("/");
  expect(await person.backgroundLightness()).toBeLessThan(0.3);
  await isUsable(page, "/ in the chosen dark theme");
  await page.emulateMedia({ colorScheme: "dark" });
  await person.changeSettings({ theme: "light" });
  await person.goto("/");
  expect(await person.backgroundLightness()).toBeGreaterThan(0.8);
  await isUsable(page, "/ in the chosen light theme");
});

/** What is missing in the HTML from the server, before scripts change it. */
async function faultsOf(page, html) {
  return page.evaluate((text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const all = (selector) => [...page.querySelectorAll(selector)];
    const faults = [];
    const must = (holds, fault) => holds || faults.push(fault);

    must(/^<!doctype html>/i.test(text), "no doctype");
    must(all("h1").length === 1, `${all("h1").length} h1`);
    must(page.querySelector("h1")?.textContent.trim(), "an empty h1");
    must(page.title.trim(), "no title");
    must(/^[a-z]{2}(-|$)/i.test(page.documentElement.lang), "no lang");
    must(page.querySelector("link[rel~=icon][href]"), "no favicon");
    must(page.querySelector("link[rel=manifest][href]"), "no manifest");
    must(/width=device-width/.test(page.querySelector("meta[name=viewport]")?.content ?? ""), "no viewport");
    must(!/user-scalable|maximum-scale/.test(page.querySelector("meta[name=viewport]")?.content ?? ""), "zoom is held back");
    must(all("main").length === 1, `${all("main").length} main`);
    must(page.querySelector("main")?.id === "main", "main is not #main");
    must(page.querySelector("a[href], button, input, select, textarea")?.matches('a[href$="#main"]'), "no skip link first");

    for (const script of all("script")) must(script.src && !script.textContent.trim(), "an inline script");
    for (const style of all("style, [style]")) faults.push(`inline style on ${style.localName}`);
    for (const element of all("*")) {
      for (const { name, value } of element.attributes) {
        must(!/^(data-)?(on|hx-on)/.test(name), `${name} on ${element.localName}`);
        must(!/^\s*javascript:/i.test(value), `javascript: in ${name}`);
      }
    }

    const ids = all("[id]").map(({ id }) => id);
    for (const id of ids) must(ids.indexOf(id) === ids.lastIndexOf(id), `id ${id} twice`);
    for (const element of all("[aria-describedby], [aria-labelledby], label[for]")) {
      const names = ["aria-describedby", "aria-labelledby", "for"].flatMap((name) => element.getAttribute(name)?.split(/\s+/) ?? []);
      for (const id of names) must(ids.includes(id), `no #${id}, which ${element.localName} names`);
    }
    for (const field of all("input:not([type=hidden], [hidden]), select, textarea")) {
      const labelled = [...field.labels].some((label) => label.textContent.trim()) || field.ariaLabel?.trim() || field.getAttribute("aria-labelledby");
      must(labelled, `no label at ${field.name || field.outerHTML}`);
    }
    for (const form of all("form")) {
      must(["get", "post"].includes(form.method), `a form by ${form.method}`);
      must([...form.elements].some((element) => element.matches("button, input[type=submit]")), `no button in the form ${form.getAttribute("action")}`);
    }
    for (const control of all("[hx-get], [hx-delete], [hx-put], [hx-patch], [hx-post]")) {
      const real = control.matches("a[href], form[action]") || control.closest("form[action]");
      must(real, `${control.localName} works with htmx only`);
    }
    return faults;
  }, html);
}

test("the served HTML of every page has its bones and nothing inline", async ({ person, page }) => {
  test.slow();
  await fill(person);
  const inside = [...INSIDE, await editPageOf(person, "Rent"), await historyOf(person, RIGHT_TO_LEFT)];
  const look = async (address) => {
    const answer = await page.context().request.get(address);
    expect.soft(await faultsOf(page, await answer.text()), address).toEqual([]);
  };
  for (const address of [...inside, ...ERRORS.map(([address]) => address)]) await look(address);
  await page.context().clearCookies();
  for (const address of [...OUTSIDE, "/nothing-here"]) await look(address);
});

test("what each page links to in its head is there", async ({ person, page }) => {
  await person.goto("/");
  const addresses = await page.locator("link[href], script[src]").evaluateAll((all) => all.map((one) => one.href || one.src));
  expect(addresses.length).toBeGreaterThan(3);
  for (const address of addresses) {
    expect((await page.context().request.get(address)).status(), address).toBe(200);
  }
  const manifest = await page.locator("link[rel=manifest]").evaluate((link) => link.href);
  const { name, start_url: start, icons } = await (await page.context().request.get(manifest)).json();
  expect(name).toBeTruthy();
  expect(start).toBeTruthy();
  for (const { src } of icons) {
    expect((await page.context().request.get(new URL(src, manifest).href)).status(), src).toBe(200);
  }
});

test("every page has a title and a heading of its own", async ({ person, page }) => {
  const seen = new Map();
  for (const address of ["/", "/expenses", "/expenses/trash", "/budgets", "/categories", "/settings"]) {
    await person.goto(address);
    const title = await page.title();
    expect(seen.get(title), `${address} is called like ${seen.get(title)}`).toBeUndefined();
    seen.set(title, address);
  }
});

test("the title follows a swap", async ({ person, page }) => {
  await person.goto("/?period=month&on=2025-03-12");
  const march = await page.title();
  await person.withoutReload(async () => {
    await person.period("Previous").click();
    await expect.poll(() => page.title()).not.toBe(march);
  });
});

test("a page that is not there gives a way on", async ({ person, page, complaints }) => {
  complaints.expect(answered(404));
  await person.goto("/nothing-here");
  await person.main.getByRole("link").first().click();
  await expect(page).toHaveURL(/\/$/);
  await expect(person.addForm.form).toBeVisible();
});
