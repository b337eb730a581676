// Shortcuts of one key, passwords that can be looked at, and secrets that are copied with one press.
import { answered } from "../support/complaints.js";
import { expect, test } from "../support/story.js";

const period = (page) => page.locator(".period-label");

test("n goes to the amount, / to the search, and the arrows to the periods beside", async ({ person, page }) => {
  await person.goto("/");
  const here = await period(page).textContent();
  await page.keyboard.press("n");
  await expect(person.addForm.amount).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(period(page), "never while typing").toHaveText(here);
  await page.keyboard.press("n");
  await expect(person.addForm.amount).toHaveValue("n");

  await person.goto("/expenses");
  await page.keyboard.press("ArrowLeft");
  await expect(period(page)).not.toHaveText(here);
  await page.keyboard.press("ArrowRight");
  await expect(period(page)).toHaveText(here);
  await page.keyboard.press("n");
  await expect(person.addForm.amount).toBeFocused();
  await person.goto("/expenses");
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox", { name: "Search" })).toBeFocused();
});

test("? lists the shortcuts, and they can be turned off and on again", async ({ person, page }) => {
  await person.goto("/expenses");
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(dialog.getByRole("listitem")).toHaveCount(5);
  await dialog.getByRole("checkbox", { name: "Use keyboard shortcuts" }).uncheck();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);

  await person.goto("/expenses");
  const here = await period(page).textContent();
  for (const key of ["?", "n", "/", "ArrowLeft"]) await page.keyboard.press(key);
  await expect(dialog).toHaveCount(0);
  await expect(person.addForm.amount).toBeHidden();
  await expect(period(page)).toHaveText(here);

  await person.goto("/settings");
  await page.getByRole("button", { name: "Keyboard shortcuts…" }).click();
  await dialog.getByRole("checkbox").check();
  await dialog.getByRole("button", { name: "Close" }).click();
  await person.goto("/expenses");
  await page.keyboard.press("n");
  await expect(person.addForm.amount).toBeFocused();
});

test("a password can be looked at, and is sent as one", async ({ visitor, page, complaints }) => {
  complaints.expect(answered(422));
  await visitor.goto("/register");
  const field = page.getByLabel("Password");
  await field.fill("velvet otter");
  await expect(field).toHaveAttribute("type", "password");
  await page.getByRole("button", { name: "Show password" }).click();
  await expect(field).toHaveAttribute("type", "text");
  await page.getByRole("button", { name: "Hide password" }).click();
  await expect(field).toHaveAttribute("type", "password");
  await page.getByRole("button", { name: "Show password" }).click();
  await page.getByLabel("Email").fill("no address");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByLabel("Email")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Password")).toHaveAttribute("type", "password");
  await expect(page.getByRole("button", { name: "Show password" })).toHaveCount(1);
});

test("a new token is copied with one press", async ({ person, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await person.goto("/settings");
  const form = page.locator("form", { has: page.getByRole("button", { name: "Create token" }) });
  await form.getByLabel("Name").fill("Script");
  await form.getByRole("button", { name: "Create token" }).click();
  const token = await page.getByLabel("Your new token").inputValue();
  await page.getByRole("button", { name: "Copy" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token);
});
