// Forms keep the input during swaps, errors, double clicks and network failures.
import { answered } from "../support/complaints.js";
import { expect, test } from "../support/story.js";
import { MARCH } from "../support/places.js";

const HALF = { amount: "12.3", category: "Fo", description: "half typed" };

test("a swap never clears a half-typed form", async ({ person }) => {
  await person.spent("8", "Food", "apples", "2025-03-03");
  await person.goto(MARCH);
  await person.withoutReload(async () => {
    await person.addForm.fill(HALF);
    await person.choosePeriod("Year");
    await person.addForm.holds(HALF);
    await person.period("Previous").click();
    await person.seesTotal("0.00");
    await person.addForm.holds(HALF);
    await person.period("Next").click();
    await person.seesTotal("8.00");
    await person.delete("apples");
    await person.addForm.holds(HALF);
    await person.undo("apples");
    await person.addForm.holds(HALF);
  });
});

test("a swap leaves the caret in the field that is being typed into", async ({ person }) => {
  await person.goto(MARCH);
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  await person.page.route(/period=year/, async (route) => {
    await held;
    await route.continue();
  });
  await person.period("Year").click();
  await person.addForm.description.pressSequentially("typing while");
  release();
  await expect(person.period("Year")).toHaveAttribute("aria-current", /.+/);
  await expect(person.addForm.description).toBeFocused();
  await person.addForm.description.pressSequentially(" it swaps");
  await person.addForm.holds({ description: "typing while it swaps" });
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("two quick presses of Add expense make one expense", async ({ person }) => {
      await person.goto("/");
      await person.addForm.fill({ amount: "9", category: "Food", description: "only once" });
      await person.addForm.button.dblclick();
      await person.sees("only once");
      await person.goto("/expenses");
      await expect(person.editLink("only once")).toHaveCount(1);
      await person.seesTotal("9.00");
    });

    test("wrong fields keep what was typed, each with its message, the first one focused", async ({ person, complaints }) => {
      complaints.expect(answered(422));
      await person.goto("/");
      await person.addForm.fill({ amount: "abc", category: "", date: "1800-01-01", description: "kept words" });
      await person.addForm.send();
      await person.addForm.seesMessageAt("amount");
      await person.addForm.seesMessageAt("category");
      await person.addForm.seesMessageAt("date", /1900/);
      await person.addForm.holds({ amount: "abc", category: "", date: "1800-01-01", description: "kept words" });
      await expect(person.addForm.description).not.toHaveAttribute("aria-invalid", "true");
      await expect(person.addForm.amount).toBeFocused();

      await person.addForm.fill({ amount: "3.20" });
      await person.addForm.send();
      await person.addForm.seesMessageAt("category");
      await expect(person.addForm.amount).not.toHaveAttribute("aria-invalid", "true");
      await expect(person.addForm.category).toBeFocused();
      await person.addForm.fill({ category: "Food", date: "1900-01-01" });
      await person.addForm.send();
      await expect(person.status).toContainText("Added kept words");
      await person.goto("/?period=day&on=1900-01-01");
      await person.seesTotal("3.20");
    });

    for (const [amount, words] of [
      ["", /\S/],
      ["0", /\S/],
      ["1.234", /1,234|1234|1\.234|decimal/],
      ["1,000,000,000,000", /100,000,000,000\.00/],
      ["12 apples", /for example/i],
    ]) {
      test(`the amount ${JSON.stringify(amount)} is refused in words`, async ({ person, complaints }) => {
        complaints.expect(answered(422));
        await person.goto("/");
        await person.addForm.fill({ amount, category: "Food", description: "kept" });
        await person.addForm.send();
        await person.addForm.seesMessageAt("amount", words);
        await person.addForm.holds({ amount, category: "Food", description: "kept" });
        await person.seesTotal("0.00");
      });
    }

    test("a wrong edit keeps what was typed and changes nothing", async ({ person, complaints }) => {
      complaints.expect(answered(422));
      await person.spent("8", "Food", "apples");
      await person.goto("/expenses");
      await person.editLink("apples").click();
      await person.editForm.fill({ amount: "eight", description: "pears" });
      await person.editForm.send();
      await person.editForm.seesMessageAt("amount");
      await person.editForm.holds({ amount: "eight", category: "Food", description: "pears" });
      await expect(person.editForm.amount).toBeFocused();
      await person.goto("/expenses");
      await person.sees("apples");
      await person.seesTotal("8.00");
    });

    test("an edit that another tab was quicker with is shown both ways, and saved when sent again", async ({ person, complaints }) => {
      complaints.expect(answered(409));
      await person.spent("8", "Food", "apples");
      await person.goto("/expenses");
      await person.editLink("apples").click();
      await expect(person.editForm.form).toBeVisible();
      const other = person.on(await person.page.context().newPage(), javaScriptEnabled);
      await other.goto("/expenses");
      await other.edit("apples", { amount: "9", description: "nine apples" });
      await other.page.close();

      await person.editForm.fill({ amount: "10", description: "ten apples" });
      await person.editForm.send();
      await expect(person.page.getByRole("alert").filter({ visible: true })).toContainText("nine apples");
      if (javaScriptEnabled) await expect(person.page.getByRole("alert").filter({ visible: true })).toBeFocused();
      await expect(person.main).toContainText("$9.00");
      await person.editForm.holds({ amount: "10", description: "ten apples" });
      await person.editForm.send();
      await person.sees("ten apples");
      await person.doesNotSee("nine apples");
      await person.seesTotal("10.00");
    });

    test("a weak password and a taken address are refused at their fields", async ({ visitor, browser, baseURL, complaints }) => {
      complaints.expect(answered(422));
      await visitor.goto("/register");
      await visitor.emailField.fill(visitor.email);
      await visitor.passwordField.fill("password123");
      await visitor.createButton.click();
      await expect(visitor.passwordField).toHaveAttribute("aria-invalid", "true");
      await expect(visitor.passwordField).toHaveAccessibleDescription(/\S/);
      await expect(visitor.emailField).toHaveValue(visitor.email);
      await expect(visitor.passwordField).toBeFocused();

      const elsewhere = await browser.newContext({ baseURL });
      const taken = await elsewhere.request.post("/register", {
        form: { email: visitor.email.toUpperCase(), password: visitor.password },
        maxRedirects: 0,
      });
      expect(taken.status()).toBe(303);
      await elsewhere.close();
      await visitor.passwordField.fill(visitor.password);
      await visitor.createButton.click();
      await expect(visitor.emailField).toHaveAttribute("aria-invalid", "true");
      await expect(visitor.emailField).toHaveAccessibleDescription(/\S/);
    });

    test("a negative budget is refused at its field", async ({ person, complaints }) => {
      complaints.expect(answered(422));
      await person.goto("/budgets");
      const form = person.page.getByRole("form", { name: "Budgets", exact: true });
      const amount = form.getByRole("textbox", { name: "Monthly budget", exact: true });
      await amount.fill("-5");
      await form.getByRole("button", { name: "Save budgets" }).click();
      await expect(amount).toHaveAttribute("aria-invalid", "true");
      await expect(amount).toHaveAccessibleDescription(/\S/);
      await expect(amount).toHaveValue("-5");
    });

    test("addresses prefill the add form", async ({ person }) => {
      await person.goto("/?add_amount=4.50&add_category=Coffee&add_date=2025-03-04&add_description=Espresso%20%26%20co");
      await person.addForm.holds({
        amount: "4.50",
        category: "Coffee",
        date: "2025-03-04",
        description: "Espresso & co",
      });
    });
  });
}

test("a network that fails says so, keeps the form, and Retry sends it", async ({ person, page, complaints }) => {
  complaints.expect(/ERR_INTERNET_DISCONNECTED|Failed to fetch|htmx/);
  await person.goto("/");
  await person.addForm.fill({ amount: "7.70", category: "Food", description: "on the train" });
  await person.withoutReload(async () => {
    await page.context().setOffline(true);
    await person.addForm.send();
    const retry = page.getByRole("button", { name: /retry|try again/i });
    await expect(retry).toBeVisible();
    await expect(page.getByRole("alert").filter({ visible: true })).toContainText(/answer|connection|network|offline/i);
    await person.addForm.holds({ amount: "7.70", category: "Food", description: "on the train" });
    await page.context().setOffline(false);
    await retry.click();
    await expect(person.status).toContainText("Added on the train");
    await expect(retry.filter({ visible: true })).toHaveCount(0);
    await person.seesTotal("7.70");
  });
  await person.goto("/expenses");
  await expect(person.editLink("on the train")).toHaveCount(1);
});

test("an answer lost on the way back and sent again is still one expense", async ({ person, page, complaints }) => {
  complaints.expect(/ERR_FAILED|Failed to fetch|htmx/);
  await person.goto("/");
  let lost = 0;
  await page.route(/\/expenses(\?|$)/, async (route) => {
    if (route.request().method() === "POST" && lost === 0) {
      lost += 1;
      await route.fetch();
      await route.abort();
    } else {
      await route.continue();
    }
  });
  await person.addForm.fill({ amount: "7.70", category: "Food", description: "lost answer" });
  await person.addForm.send();
  await page.getByRole("button", { name: /retry|try again/i }).click();
  await expect(person.status).toContainText("Added lost answer");
  expect(lost).toBe(1);
  await person.goto("/expenses");
  await expect(person.editLink("lost answer")).toHaveCount(1);
  await person.seesTotal("7.70");
});

test("a swap that takes a while says that it is under way", async ({ person, page }) => {
  await person.goto("/");
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  await page.route(/period=year/, async (route) => {
    await held;
    await route.continue();
  });
  await person.period("Year").click();
  const underWay = page.locator("#progress");
  await expect(underWay).toBeVisible();
  release();
  await expect(person.period("Year")).toHaveAttribute("aria-current", /.+/);
  await expect(underWay).toBeHidden();
  await expect(page.locator(".htmx-request, [aria-busy=true]")).toHaveCount(0);
});
