// Two people, each with a browser of their own, keep one book.
import { answered, Complaints } from "../support/complaints.js";
import { nameOf, SharedBook } from "../support/household.js";
import { Person } from "../support/person.js";
import { startServer } from "../support/server.js";
import { expect, test as base } from "../support/story.js";

const test = base.extend({
  /** A server where only the operator and invitations make accounts. */
  server: [
    async ({}, use) => {
      const server = await startServer({ REGISTRATION: "closed" });
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],

  /** The owner of the server, in a browser of their own. */
  owner: async ({ visitor, server }, use) => {
    await server.run(["user", "create", visitor.email], visitor.password);
    await visitor.goto("/login");
    await visitor.signIn();
    await expect(visitor.addForm.form).toBeVisible();
    await use(visitor);
  },

  /** A second person without an account, in another browser. Their complaints count as well. */
  other: async ({ browser, baseURL, javaScriptEnabled, complaints }, use) => {
    const context = await browser.newContext({ baseURL, javaScriptEnabled });
    const own = await Complaints.about(context);
    const other = new Person(await context.newPage(), javaScriptEnabled !== false);
    await use(other);
    expect(complaints.unexpectedOf(own), "the other browser complained").toEqual([]);
    await context.close();
  },
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(`${javaScriptEnabled ? "with" : "without"} scripts @journey`, () => {
    test.use({ javaScriptEnabled });

    test("two people keep one book, from the invitation to the end", async ({ owner, other, complaints }) => {
      test.slow();
      complaints.expect(answered(404), answered(403), answered(409));
      const book = await SharedBook.create(owner, "Household");
      const link = await book.invite("Editor");

      // A closed server: the link leads a newcomer through registration and back.
      await other.goto("/register");
      await expect(other.createButton).toHaveCount(0);
      await other.goto(link);
      await other.page.getByRole("link", { name: /create/i }).click();
      await other.emailField.fill(other.email);
      await other.passwordField.fill(other.password);
      await other.createButton.click();
      await expect(other.main).toContainText("Household");
      await other.page.getByRole("button", { name: "Join" }).click();
      await expect(other.page).toHaveURL(new RegExp(`${book.base}/$`));
      await expect(other.status).toContainText("You joined “Household”");
      const theirs = book.of(other);

      // Each adds a row and sees that of the other in the same sums.
      await book.goto("/");
      await owner.add({ amount: "700", category: "Rent", description: "flat" });
      await owner.seesTotal("700.00");
      await other.add({ amount: "4.50", category: "Coffee", description: "espresso" });
      await other.seesTotal("704.50");
      await other.sees("flat", "espresso");
      await owner.add({ amount: "1", category: "Coffee", description: "biscuit" });
      await owner.seesTotal("705.50");
      await owner.sees("espresso");

      // Both have the same row open: the second save is a conflict.
      await book.goto("/expenses");
      await theirs.goto("/expenses");
      await owner.editLink("espresso").click();
      await other.editLink("espresso").click();
      await owner.editForm.fill({ amount: "5.50" });
      await other.editForm.fill({ amount: "6.50" });
      await owner.editForm.send();
      await expect(owner.editForm.form).toHaveCount(0);
      await owner.seesTotal("706.50");
      await other.editForm.send();
      await expect(other.main).toContainText("$5.50");
      await other.editForm.holds({ amount: "6.50" });
      await other.editForm.send();
      await expect(other.editForm.form).toHaveCount(0);
      await other.seesTotal("707.50");

      // One deletes, the other no longer sees it, and takes it out of the trash.
      await book.goto("/expenses");
      await owner.delete("biscuit");
      await owner.seesTotal("706.50");
      await theirs.goto("/expenses/trash");
      await other.page.getByRole("button", { name: /Restore biscuit/ }).click();
      await expect(other.page.getByRole("button", { name: /Restore biscuit/ })).toHaveCount(0);
      await theirs.goto("/expenses");
      await other.sees("biscuit");
      await other.seesTotal("707.50");

      // As a viewer they read; the forms are gone, and one that was open before is refused.
      await theirs.goto("/");
      await book.goto("/book");
      await book.setRole(nameOf(other), "Viewer");
      await other.addForm.fill({ amount: "9", category: "Tea", description: "too late" });
      await other.addForm.send();
      await expect(other.page.getByRole("heading", { level: 1 })).toBeVisible();
      await theirs.goto("/");
      await other.seesTotal("707.50");
      await expect(other.addForm.form).toHaveCount(0);
      await expect(other.page.getByRole("link", { name: "Export CSV" })).toBeVisible();

      // Removed, the book no longer exists for them. Their own one does.
      await book.remove(nameOf(other));
      expect((await theirs.goto("/")).status()).toBe(404);
      expect((await other.goto(link)).status()).toBe(404);
      await other.goto("/");
      await other.seesTotal("0.00");
      await book.goto("/expenses");
      await owner.sees("flat", "espresso", "biscuit");
      await owner.seesTotal("707.50");
    });
  });
}

test("one book of several is chosen in the navigation by keyboard, and a tab stays in its book", async ({ owner }) => {
  const book = await SharedBook.create(owner, "Household");
  await owner.add({ amount: "3", category: "Food", description: "shared" });
  const second = owner.on(await owner.page.context().newPage());
  await second.goto("/");
  await second.add({ amount: "5", category: "Food", description: "alone" });
  await second.seesTotal("5.00");
  await owner.add({ amount: "4", category: "Food", description: "shared again" });
  await owner.seesTotal("7.00");

  const switcher = second.page.getByRole("navigation", { name: "Books" });
  const summary = switcher.locator("summary");
  await summary.focus();
  await second.page.keyboard.press("Enter");
  await second.page.keyboard.press("Tab");
  await second.page.keyboard.press("Tab");
  await expect(switcher.getByRole("link", { name: "Household" })).toBeFocused();
  await second.page.keyboard.press("Enter");
  await expect(second.page).toHaveURL(new RegExp(`${book.base}/$`));
  await second.seesTotal("7.00");
});
