// Data of one person is not accessible to others: they get the same page as for a missing row.
import { editPageOf } from "../support/places.js";
import { expect, test } from "../support/story.js";

test("a stranger finds nothing of mine: not the expense, nor any way to change it", async ({ person, stranger }) => {
  await person.spent("8", "Secret category", "secret expense");
  const edit = await editPageOf(person, "secret expense");
  const expense = edit.replace(/\/edit.*$/, "");
  const nowhere = expense.replace(/.(.)$/, (_, last) => `${(Number(last) + 1) % 10}${last}`);
  const { request } = stranger.page.context();
  const fields = { amount: "1", category: "Mine now", date: "2025-03-12", description: "mine now" };
  const plain = async (answer) => (await answer.text()).replaceAll(/[0-9a-f-]{8,}|\d{6,}/gi, "#");

  const theirs = await request.get(`${expense}/edit`);
  expect(theirs.status()).toBe(404);
  const none = await request.get(`${nowhere}/edit`);
  expect(none.status()).toBe(404);
  expect(await plain(theirs)).toBe(await plain(none));
  for (const action of ["", "/delete", "/restore"]) {
    const answer = await request.post(`${expense}${action}`, { form: fields, maxRedirects: 0 });
    expect(answer.status(), action).toBe(404);
  }

  for (const address of ["/expenses?period=all", "/?period=all", "/categories", "/budgets", "/expenses/trash", "/expenses.csv"]) {
    expect(await (await request.get(address)).text(), address).not.toMatch(/secret/i);
  }
  await person.goto("/expenses");
  await person.sees("secret expense");
  await person.seesTotal("8.00");
});

test("a stranger cannot rename, merge into or budget for a category of mine", async ({ person, stranger }) => {
  await person.spent("8", "Mine", "apples");
  await stranger.spent("8", "Theirs", "pears");
  await person.goto("/categories");
  const address = await person.categoryForm("Mine").getAttribute("action");
  const mine = address.split("/").at(-1);
  await stranger.goto("/categories");
  const theirs = await stranger.categoryForm("Theirs").getAttribute("action");
  const { request } = stranger.page.context();

  const renamed = await request.post(address, { form: { name: "Taken", color: "#000000" }, maxRedirects: 0 });
  expect(renamed.status()).toBe(404);
  const taken = await request.post(`${address}/merge`, { form: { into: theirs.split("/").at(-1) }, maxRedirects: 0 });
  expect(taken.status()).toBe(404);
  const given = await request.post(`${theirs}/merge`, { form: { into: mine }, maxRedirects: 0 });
  expect([404, 422]).toContain(given.status());

  await person.page.reload();
  await expect(person.categoryForm("Mine")).toHaveCount(1);
  await person.goto("/expenses");
  await person.seesTotal("8.00");
  await stranger.goto("/expenses");
  await stranger.seesTotal("8.00");
});

test("after signing out, Back shows nothing of the account", async ({ person, page }) => {
  await person.spent("8", "Food", "secret expense");
  await person.goto("/expenses");
  await person.sees("secret expense");
  await person.signOut();
  await page.goBack();
  await expect(page).toHaveURL(/\/login/);
  await person.doesNotSee("secret expense");
});

test("in a browser, a stranger gets the page for what does not exist", async ({ person, stranger }) => {
  await person.spent("8", "Food", "secret expense");
  const edit = await editPageOf(person, "secret expense");
  expect((await stranger.goto(edit)).status()).toBe(404);
  await expect(stranger.page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(stranger.main).not.toContainText("secret");
});
