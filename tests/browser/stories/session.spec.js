// The end of a session loses no input, and signing in returns to the right page.
import { answered } from "../support/complaints.js";
import { expect, test } from "../support/story.js";

const WEEK = "/?period=week&on=2025-03-12";
const TYPED = { amount: "4.50", category: "Café & Co", date: "2025-03-11", description: "Flat white, 2 × “big”" };

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("an expense sent after the session ended is still in the form after signing in", async ({ person, complaints }) => {
      complaints.expect(answered(401));
      await person.goto(WEEK);
      await person.loseSession();
      await person.addForm.fill(TYPED);
      await person.addForm.send();
      await expect(person.page).toHaveURL(/\/login\?next=/);
      await person.signIn();

      await expect(person.addForm.form).toBeVisible();
      expect(new URL(person.page.url()).pathname).toBe("/");
      expect(person.query).toMatchObject({ period: "week", on: "2025-03-12" });
      await person.addForm.holds(TYPED);
      await person.seesTotal("0.00");
      await person.addForm.send();
      await person.seesTotal("4.50");
      await person.sees(TYPED.description);
    });

    test("an edit sent after the session ended is still in its form after signing in", async ({ person, complaints }) => {
      complaints.expect(answered(401));
      await person.spent("8", "Food", "apples", "2025-03-03");
      await person.goto("/expenses?period=month&on=2025-03-12");
      await person.editLink("apples").click();
      await expect(person.editForm.form).toBeVisible();
      await person.loseSession();
      await person.editForm.fill({ amount: "9", description: "ten apples" });
      await person.editForm.send();
      await expect(person.page).toHaveURL(/\/login\?next=/);
      await person.signIn();
      await person.editForm.holds({ amount: "9", category: "Food", description: "ten apples" });
      await person.editForm.send();
      await person.sees("ten apples");
    });

    test("a page asked for after the session ended opens after signing in", async ({ person, complaints }) => {
      complaints.expect(answered(401));
      await person.spent("8", "Food", "apples", "2025-03-03");
      await person.goto("/expenses?period=month&on=2025-03-12&category=Food");
      await person.loseSession();
      await person.editLink("apples").click();
      await expect(person.page).toHaveURL(/\/login\?next=/);
      await person.signIn();
      await person.editForm.holds({ amount: "8.00", description: "apples" });
    });

    test("a delete sent after the session ended comes back to the page, with the row still there", async ({ person, complaints }) => {
      complaints.expect(answered(401));
      await person.spent("8", "Food", "apples", "2025-03-03");
      await person.goto("/expenses?period=month&on=2025-03-12");
      await person.loseSession();
      await person.deleteButton("apples").click();
      await expect(person.page).toHaveURL(/\/login\?next=/);
      await person.signIn();
      await expect(person.page).toHaveURL(/\/expenses/);
      expect((await person.goto("/expenses?period=month&on=2025-03-12")).status()).toBe(200);
      await person.sees("apples");
    });

    test("a wrong password keeps the address, the way back and what had been typed", async ({ person, complaints }) => {
      complaints.expect(answered(401), answered(422));
      await person.goto(WEEK);
      await person.loseSession();
      await person.addForm.fill(TYPED);
      await person.addForm.send();
      await expect(person.page).toHaveURL(/\/login\?next=/);
      await person.signIn("not the password at all");
      await expect(person.passwordField).toHaveValue("");
      await expect(person.emailField).toHaveValue(person.email);
      await person.signIn();
      await expect(person.addForm.form).toBeVisible();
      await person.addForm.holds(TYPED);
    });
  });
}

test("what is typed in the tab of one is not saved for another who has signed in since", async ({ person, complaints }) => {
  complaints.expect(answered(409));
  await person.goto(WEEK);
  const { request } = person.page.context();
  await request.post("/logout", { maxRedirects: 0 });
  const form = { email: `other-${person.email}`, password: "seven purple gliders humming" };
  expect((await request.post("/register", { form, maxRedirects: 0 })).status()).toBe(303);
  await person.addForm.fill(TYPED);
  await person.addForm.send();
  await expect(person.page.locator("#failure")).toContainText(form.email);
  await person.addForm.holds(TYPED);
  await person.goto("/expenses?period=all");
  await person.seesTotal("0.00");
});

test("half an expense survives a period link pressed after the session ended", async ({ person, complaints }) => {
  complaints.expect(answered(401));
  await person.goto(WEEK);
  await person.addForm.fill({ amount: "12", description: "half of it" });
  await person.loseSession();
  await person.period("Year").click();
  await expect(person.page).toHaveURL(/\/login\?next=/);
  await person.signIn();
  await expect(person.addForm.form).toBeVisible();
  await person.addForm.holds({ amount: "12", description: "half of it" });
  expect(person.query.period).toBe("year");
});

test("a session ended from another browser asks for the password here too", async ({ person, browser, baseURL, complaints }) => {
  complaints.expect(answered(401));
  await person.goto("/");
  const elsewhere = await browser.newContext({ baseURL, storageState: await person.page.context().storageState() });
  const answer = await elsewhere.request.post("/settings/sessions/revoke", { form: {}, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  await elsewhere.close();

  await person.addForm.fill({ amount: "7", category: "Food", description: "not lost" });
  await person.addForm.send();
  await expect(person.page).toHaveURL(/\/login\?next=/);
  await person.signIn();
  await person.addForm.holds({ amount: "7", category: "Food", description: "not lost" });
});

for (const next of [
  "https://elsewhere.example/",
  "//elsewhere.example/",
  "/\\elsewhere.example/",
  "\\\\elsewhere.example",
  "/\t/elsewhere.example/",
  "javascript:alert(1)",
  "elsewhere.example",
]) {
  test(`signing in never leads to ${JSON.stringify(next)}`, async ({ person, baseURL }) => {
    await person.loseSession();
    const asked = [];
    person.page.on("request", (request) => asked.push(new URL(request.url()).origin));
    await person.goto(`/login?next=${encodeURIComponent(next)}`);
    await person.signIn();
    await expect(person.page.getByRole("button", { name: "Sign out" })).toBeVisible();
    expect(new URL(person.page.url()).origin).toBe(baseURL);
    expect(asked.filter((origin) => origin !== baseURL)).toEqual([]);
  });
}

test("the way back is never the address of a form's POST", async ({ person }) => {
  await person.loseSession();
  const answer = await person.page.context().request.post("/expenses/1/delete", { form: {}, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  const next = new URL(answer.headers().location, "http://here.example").searchParams.get("next");
  expect(next).not.toContain("/delete");
  expect(next).toMatch(/^\//);
});
