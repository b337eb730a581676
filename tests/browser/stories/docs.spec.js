// The API explorer: it works offline under its strict policy, accepts a token, and executes a call.
import { expect, test } from "../support/story.js";

test("the explorer authorizes with a token of the settings page and carries out a call", async ({ person, page, baseURL }) => {
  await person.spent("8", "Food", "apples");
  await person.goto("/settings");
  const form = page.getByRole("form", { name: "New API token" });
  await form.getByLabel("Name").fill("Explorer");
  await form.getByRole("button", { name: "Create token" }).click();
  const token = await page.getByLabel("Your new token").inputValue();

  const elsewhere = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(baseURL) && !request.url().startsWith("data:")) elsewhere.push(request.url());
  });
  await page.goto("/docs");
  await expect(page).toHaveURL(/\/docs\/$/);
  await expect(page.getByRole("heading", { name: /Expense Tracker Pro/ })).toBeVisible();
  await page.getByRole("button", { name: "Authorize" }).first().click();
  const dialog = page.locator(".modal-ux");
  await dialog.getByRole("textbox").fill(token);
  await dialog.getByRole("button", { name: "Apply credentials" }).click();
  await dialog.getByRole("button", { name: "Close" }).last().click();

  const call = page.locator("#operations-Expenses-listExpenses");
  await call.locator(".opblock-summary-control").click();
  await call.getByRole("button", { name: "Execute" }).click();
  const answer = call.locator(".live-responses-table");
  await expect(answer.locator("tr.response .response-col_status").first()).toHaveText(/200/);
  await expect(answer).toContainText("apples");
  expect(elsewhere, "it is offline").toEqual([]);
});

test("every part of the explorer opens without a complaint", async ({ person, page }) => {
  test.slow();
  await page.goto("/docs/");
  const calls = page.locator(".opblock-summary-control");
  await expect(calls.first()).toBeVisible();
  const count = await calls.count();
  expect(count).toBe(33);
  for (let at = 0; at < count; at++) await calls.nth(at).click();
  await expect(page.locator(".opblock-body")).toHaveCount(count);
  await page.locator("section.models button").first().click();
  expect(person.email).toBeTruthy();
});
