// A link for calendars on the settings page of a book: made, shown once, read, revoked.
import { expect, test } from "../support/story.js";

for (const javaScriptEnabled of [true, false]) {
  test.describe(`${javaScriptEnabled ? "with" : "without"} scripts`, () => {
    test.use({ javaScriptEnabled });

    test("a calendar link is made, read without a session, and revoked", async ({ person, page, playwright, baseURL }) => {
      await person.goto("/book");
      await page.getByRole("checkbox", { name: "With amounts" }).check();
      await page.getByRole("button", { name: "Create link" }).click();
      await expect(person.status).toContainText("Feed link created");
      const link = page.getByLabel("Feed link");
      await expect(link).toHaveValue(/\/feeds\/.*\.ics$/);
      await expect(link).toHaveAttribute("readonly", "");
      const path = new URL(await link.inputValue()).pathname;

      const calendar = await playwright.request.newContext({ baseURL });
      const feed = await calendar.get(path);
      expect(feed.headers()["content-type"]).toBe("text/calendar; charset=utf-8");
      expect(await feed.text()).toMatch(/^BEGIN:VCALENDAR\r\n/);

      await person.goto("/book");
      await expect(link).toHaveCount(0);
      await page.getByRole("button", { name: /^Revoke link: With amounts, created by you/ }).click();
      await expect(person.status).toContainText("Feed link revoked");
      await expect(page.getByRole("button", { name: /^Revoke link/ })).toHaveCount(0);
      expect((await calendar.get(path)).status()).toBe(404);
      await calendar.dispose();
    });
  });
}
