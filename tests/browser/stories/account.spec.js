// The account: its password, its sessions on other devices, and its deletion.
import { answered } from "../support/complaints.js";
import { expect, test } from "../support/story.js";

const NEW_PASSWORD = "copper-Lantern-58-marsh-owl";

/** The same person in a second browser, signed in with the form. */
async function onAnotherDevice(person, browser, baseURL) {
  const context = await browser.newContext({ baseURL });
  const twin = person.on(await context.newPage());
  await twin.goto("/login");
  await twin.signIn();
  await twin.seesTotal("0.00");
  return twin;
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("a new password replaces the old one and signs out every other device", async ({ person, browser, baseURL, complaints }) => {
      complaints.expect(answered(401), answered(422));
      const twin = await onAnotherDevice(person, browser, baseURL);
      await person.goto("/settings");
      const form = person.page.locator("form", { has: person.page.locator("[name=new_password]") });
      const change = async (current) => {
        await form.locator("[name=current_password]").fill(current);
        await form.locator("[name=new_password]").fill(NEW_PASSWORD);
        await form.getByRole("button").click();
      };
      await change("not the password at all");
      await expect(form.locator("[name=current_password]")).toHaveAttribute("aria-invalid", "true");
      await expect(form.locator("[name=current_password]")).toHaveAccessibleDescription(/\S/);
      await change(person.password);
      await expect(person.status).not.toBeEmpty();
      await person.goto("/");
      await person.seesTotal("0.00");

      await twin.goto("/");
      await expect(twin.page).toHaveURL(/\/login/);
      await twin.signIn(person.password);
      await expect(twin.page).toHaveURL(/\/login/);
      await twin.signIn(NEW_PASSWORD);
      await twin.seesTotal("0.00");
      await twin.page.context().close();
    });

    test("a session on another device is seen and ended", async ({ person, browser, baseURL }) => {
      const twin = await onAnotherDevice(person, browser, baseURL);
      await person.goto("/settings");
      const others = person.page.locator("form", { has: person.page.locator("input[name=session]") });
      await expect(others.first()).toBeVisible();
      const before = await others.count();
      await others.last().getByRole("button").click();
      await expect(others).toHaveCount(before - 1);
      await twin.goto("/");
      await expect(twin.page).toHaveURL(/\/login/);
      await person.goto("/");
      await person.seesTotal("0.00");
      await twin.page.context().close();
    });

    test("an account is deleted only with its password, and is gone then", async ({ person, complaints }) => {
      complaints.expect(answered(401), answered(422));
      await person.spent("8", "Food", "apples");
      await person.goto("/settings");
      const form = person.page.locator('form[action$="/settings/delete-account"]');
      await person.unfold(form);
      await form.locator("[name=password]").fill("not the password at all");
      await form.getByRole("button").click();
      await expect(form.locator("[name=password]")).toHaveAttribute("aria-invalid", "true");
      await form.locator("[name=password]").fill(person.password);
      await form.getByRole("button").click();
      await expect(person.page).toHaveURL(/\/(login|register)/);
      await person.goto("/login");
      await person.signIn();
      await expect(person.page).toHaveURL(/\/login/);
      await expect(person.passwordField).toHaveValue("");
      await expect(person.page.getByRole("button", { name: "Sign out" })).toHaveCount(0);
    });
  });
}
