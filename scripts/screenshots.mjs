// Takes screenshots of every page in target/screenshots: empty and full, light and dark, phone and desktop.
//
// Starts APP_BINARY (else the release build) like the browser tests, registers one person, fills the account with the
// forms of the pages, and shares a book with five others. With an argument (`node scripts/screenshots.mjs budgets`) only
// screenshots with that name are taken.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
delete process.env.DATABASE_URL; // never writes to an existing database
process.env.APP_BINARY ??= join(root, "target/release/expense-tracker");
const { chromium } = createRequire(join(root, "tests/browser/package.json"))("@playwright/test");
const { startServer } = await import("../tests/browser/support/server.js");
const only = process.argv[2] ?? "";
const out = join(root, "target/screenshots");

const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const themes = ["light", "dark"];
const person = { email: "robin.fields@example.org", password: "velvet-otter-counts-9-pears" };

/** The date `days` before today, as YYYY-MM-DD. */
const daysAgo = (days) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

/** Fourteen months of a household: [date, amount, category, description]. */
function history() {
  const rows = [];
  const shops = ["Corner market", "Weekly groceries", "Bakery", "Farmers' market", ""];
  const meals = ["Lunch with Sam", "Noodle bar", "Pizza night", "Breakfast out"];
  for (let day = 0; day < 420; day += 1) {
    const spread = (day * 7919) % 1000; // deterministic but uneven
    if (day % 3 === 0) rows.push([day, 12 + (spread % 75) + 0.35, "Groceries", shops[day % shops.length]]);
    if (day % 5 === 1) rows.push([day, 9 + (spread % 30) + 0.9, "Eating out", meals[day % meals.length]]);
    if (day % 2 === 0) rows.push([day, 3 + (spread % 4) * 0.5, "Coffee", "Espresso and a roll"]);
    if (day % 7 === 2) rows.push([day, 24.5, "Transport", "Weekly pass"]);
    if (day % 30 === 4) rows.push([day, 1150, "Rent", "Rent"]);
    if (day % 30 === 6) rows.push([day, 61.2 + (spread % 20), "Utilities", "Electricity and water"]);
    if (day % 41 === 8) rows.push([day, 180 + spread / 4, "Travel", "Train and two nights by the sea, booked early"]);
    if (day % 45 === 12) rows.push([day, -39.99, "Clothing", "Shoes sent back"]);
    if (day % 45 === 15) rows.push([day, 79.98, "Clothing", "Shoes, two sizes to try"]);
    if (day % 60 === 20) rows.push([day, 14.99, "Häuser & Gärten", "Saatgut für den Balkon"]);
  }
  rows.push([1, 249, "Health", "A description that goes on for longer than any line on a phone has room for, as real ones do"]);
  return rows.map(([day, amount, ...words]) => [daysAgo(day), amount.toFixed(2), ...words]);
}

async function fill(page) {
  for (const [date, amount, category, description] of history()) {
    const answer = await page.request.post("/expenses?view=list", { form: { date, amount, category, description }, maxRedirects: 0 });
    if (answer.status() !== 303) throw new Error(`${amount} ${category} was answered ${answer.status()}`);
  }
  const category = (name) => `Budget for ${name}`;
  const budgets = { "Monthly budget": "2200", [category("Groceries")]: "400", [category("Coffee")]: "60", [category("Travel")]: "300", [category("Rent")]: "1150" };
  await page.goto("/budgets");
  for (const [name, amount] of Object.entries(budgets)) await page.getByLabel(name, { exact: true }).fill(amount);
  await page.getByRole("button", { name: "Save budgets" }).click();
  await page.getByRole("status").filter({ hasText: /./ }).waitFor();
  for (let deleted = 0; deleted < 3; deleted += 1) {
    await page.goto("/expenses?period=all&q=noodle");
    await page.getByRole("button", { name: /^Delete / }).first().click();
    await page.getByRole("button", { name: "Undo" }).waitFor();
  }
}

/** Name of a screenshot → how to open its page. */
const signedOut = {
  login: (page) => page.goto("/login"),
  register: (page) => page.goto("/register"),
  "register-wrong": async (page) => {
    await page.goto("/register");
    await page.getByLabel("Email").fill("robin@");
    await page.getByLabel("Password").fill("password");
    await page.getByRole("button", { name: "Create account" }).click();
    await page.locator("[aria-invalid=true]").first().waitFor();
  },
};
/** The members who join the book one after the other, with their roles. */
const members = [["sam", "editor"], ["alex.greenwood", "editor"], ["kim", "viewer"], ["jordan", "editor"], ["grandmother.elisabeth", "viewer"]];

/** What the owner sees of the book at `base`; a new invitation is shown too. */
const shared = (base) => ({
  dashboard: (page) => page.goto(`${base}/`),
  expenses: (page) => page.goto(`${base}/expenses`),
  book: (page) => page.goto(`${base}/book`),
  invitation: async (page) => {
    await page.goto(`${base}/book`);
    await page.getByRole("button", { name: "Create invitation link" }).click();
    await page.getByLabel("Invitation link").waitFor();
  },
});

/** Makes a shared book with a few rows; its base. */
async function makeBook(page) {
  const made = await page.request.post("/books", { form: { name: "Household", currency: "USD" }, maxRedirects: 0 });
  const base = made.headers().location.replace(/\/$/, "");
  for (const [date, amount, category, description] of history().filter(([date]) => date > daysAgo(60))) {
    await page.request.post(`${base}/expenses`, { form: { date, amount, category, description } });
  }
  return base;
}

/** The path of a new invitation to the book. */
async function invite(page, base, role) {
  await page.goto(`${base}/book`);
  await page.locator(`#invite [value=${role}]`).check({ force: true });
  await page.getByRole("button", { name: "Create invitation link" }).click();
  return new URL(await page.getByLabel("Invitation link").inputValue()).pathname;
}

/** A new account in a browser of its own. */
async function newcomer(browser, options, name) {
  const context = await browser.newContext(options);
  const form = { email: `${name}@example.org`, password: person.password };
  await context.request.post("/register", { form });
  return context;
}

/** The book with one member, with two and with six, and what an invited person and a viewer see. */
async function shootBook(browser, options, session, page) {
  const base = await makeBook(page);
  await shoot(browser, session, "one-member", { ...shared(base), books: (page) => page.goto("/books") });
  let viewer;
  for (const [index, [name, role]] of members.entries()) {
    const link = await invite(page, base, role);
    const context = await newcomer(browser, options, name);
    const state = { ...options, storageState: await context.storageState() };
    if (index === 0) await shoot(browser, state, "invited", { join: (page) => page.goto(link) });
    await context.request.post(link, { form: {} });
    await context.request.post(`${base}/expenses`, {
      form: { date: daysAgo(index), amount: `${(index + 1) * 7}.40`, category: "Groceries", description: `Market, ${name}` },
    });
    if (role === "viewer") viewer = state;
    await context.close();
    if (index === 0) await shoot(browser, session, "two-members", shared(base));
  }
  await shoot(browser, session, "six-members", shared(base));
  const { invitation, ...seen } = shared(base);
  await shoot(browser, viewer, "viewer", seen);
}

/** Bills in every state, and their pages. */
async function shootRecurring(browser, session, page) {
  const bills = [
    { amount: "1150", category: "Rent", description: "Rent for the flat", date: daysAgo(75) },
    { amount: "54.90", category: "Utilities", description: "Electricity", date: daysAgo(20), every: "2", mode: "ask" },
    { amount: "240", category: "Insurance", description: "Household insurance", date: daysAgo(-9), unit: "year" },
    { amount: "19.99", category: "Fun", description: "Films and music for the whole family", date: daysAgo(-4), times: "6" },
  ];
  for (const form of bills) await page.request.post("/recurring", { form, maxRedirects: 0 });
  const opened = (name, link) => async (page) => {
    await page.goto("/recurring");
    await page.getByRole("region", { name }).getByRole("link", { name: link }).first().click();
    await page.getByRole("link", { name: /recurring entr/ }).last().waitFor();
  };
  await shoot(browser, session, "recurring", {
    list: (page) => page.goto("/recurring"),
    entry: opened("All recurring entries", /^Rent/),
    date: opened("Due now", /Electricity/),
    dashboard: (page) => page.goto("/"),
    refused: async (page) => {
      await page.goto("/recurring/new");
      await page.getByLabel("Every").fill("100");
      await page.getByRole("button", { name: "Save" }).click();
      await page.locator("[aria-invalid=true]").first().waitFor();
    },
  });
}

const signedIn = {
  dashboard: (page) => page.goto("/"),
  expenses: (page) => page.goto("/expenses"),
  trash: (page) => page.goto("/expenses/trash"),
  budgets: (page) => page.goto("/budgets"),
  categories: (page) => page.goto("/categories"),
  recurring: (page) => page.goto("/recurring"),
  settings: (page) => page.goto("/settings"),
};
/** Sends a file to "Import a file"; the address of the import. */
async function uploaded(page, name, text) {
  const file = { name, mimeType: "text/csv", buffer: Buffer.from(text) };
  const sent = await page.request.post("/import", { multipart: { file }, maxRedirects: 0 });
  return sent.headers().location;
}

/** A file with rows of every verdict. */
const statement = () => {
  const rows = history().slice(0, 12).map(([date, amount, , description]) => `${date},${description},-${amount},Card 4711`);
  const others = [
    `${daysAgo(2)},Salary,2400.00,Acme Ltd`,
    `${daysAgo(3)},Corner market,-47.35,Card 4711`,
    `${daysAgo(4)},"A shop with a name that goes on for longer than any line on a phone has room for",-18.20,`,
    `${daysAgo(5)},Account fee,0.00,`,
    `${daysAgo(6)},Unreadable,"12,x",`,
  ];
  return ["Date,Description,Amount,Memo", ...rows, ...others].join("\n");
};

/** The pages of an import. */
async function shootImports(browser, session, page) {
  const readAs = await uploaded(page, "ambiguous.csv", "Date,Description,Amount\n03/04/2026,Milk,-2.50\n05/06/2026,Bread,-3.25\n");
  const done = await uploaded(page, "october.csv", statement().replaceAll("Corner", "Other"));
  await page.request.post(`${done}/confirm`, { form: {}, maxRedirects: 0 });
  const review = await uploaded(page, "statement.csv", statement());
  await shoot(browser, session, "import", {
    choose: (page) => page.goto("/import"),
    "read-as": (page) => page.goto(readAs),
    review: (page) => page.goto(review),
    done: (page) => page.goto(done),
    refused: async (page) => {
      await page.goto(review);
      await page.getByRole("textbox", { name: "Description" }).first().fill("x".repeat(600));
      await page.getByRole("button", { name: "Save choices" }).click();
      await page.locator("[aria-invalid=true]").first().waitFor();
    },
  });
}

const withData = {
  ...signedIn,
  "dashboard-week": (page) => page.goto("/?period=week"),
  "dashboard-last-year": (page) => page.goto(`/?period=year&on=${daysAgo(366)}`),
  "dashboard-all": (page) => page.goto("/?period=all"),
  "dashboard-wrong": async (page) => {
    await page.goto("/");
    const form = page.getByRole("form", { name: "Add expense" });
    await form.getByLabel("Amount").fill("12.345");
    await form.getByLabel("Category").fill("Coffee");
    await form.getByRole("button", { name: "Add expense" }).click();
    await page.locator("[aria-invalid=true]").first().waitFor();
  },
  "expenses-search": (page) => page.goto("/expenses?period=all&q=pizza"),
  "expenses-nothing-found": (page) => page.goto("/expenses?period=all&q=nothing-like-this"),
  "expenses-deleted": async (page) => {
    await page.goto("/expenses?period=all&q=bakery");
    await page.getByRole("button", { name: /^Delete / }).first().click();
    await page.getByRole("button", { name: "Undo" }).waitFor();
  },
  edit: async (page) => {
    await page.goto("/expenses?period=all&q=sea");
    await page.getByRole("link", { name: /^Edit / }).first().click();
    await page.getByRole("form", { name: "Edit expense" }).waitFor();
  },
  "categories-change": async (page) => {
    await page.goto("/categories");
    await page.getByText("Change", { exact: true }).first().click();
  },
  "not-found": (page) => page.goto("/no-such-page"),
  "wrong-period": (page) => page.goto("/?period=fortnight"),
};

let troubles = 0;

async function shoot(browser, options, set, pages) {
  for (const [name, go] of Object.entries(pages)) {
    if (!`${set}-${name}`.includes(only)) continue;
    for (const [size, viewport] of Object.entries(sizes)) {
      for (const colorScheme of themes) {
        const context = await browser.newContext({ ...options, viewport, colorScheme, reducedMotion: "reduce", hasTouch: size === "phone" });
        const page = await context.newPage();
        const file = `${set}-${name}-${size}-${colorScheme}.png`;
        page.on("pageerror", (error) => console.error(`${file}: ${error.message}`));
        try {
          await go(page);
          await page.waitForLoadState("networkidle");
          const height = await page.evaluate(() => document.documentElement.scrollHeight);
          await page.setViewportSize({ ...viewport, height: Math.max(height, viewport.height) }); // keeps fixed bars at the edges
          await page.screenshot({ path: join(out, file), fullPage: true });
        } catch (error) {
          troubles += 1;
          console.error(`${file}: ${error.message}`);
        }
        await context.close();
      }
    }
  }
}

if (!only) rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const server = await startServer();
const browser = await chromium.launch({
  executablePath: execFileSync(join(root, "scripts/chromium"), { encoding: "utf8" }).trim(),
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});
try {
  const options = { baseURL: `http://127.0.0.1:${server.port}`, locale: "en-US", timezoneId: "UTC" };
  await shoot(browser, options, "out", signedOut);

  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto("/register");
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  const session = { ...options, storageState: await context.storageState() };

  await shoot(browser, session, "empty", signedIn);
  await fill(page);
  await shoot(browser, session, "full", withData);
  await shootImports(browser, session, page);
  await shootRecurring(browser, session, page);
  await shootBook(browser, options, session, page);
  if (!only || "print".includes(only)) {
    await page.goto("/expenses");
    await page.pdf({ path: join(out, "print-expenses.pdf"), format: "A4" });
  }
} finally {
  await browser.close();
  await server.stop();
}
console.log(`screenshots are in target/screenshots${troubles ? `; ${troubles} failed` : ""}`);
process.exitCode = troubles ? 1 : 0;
