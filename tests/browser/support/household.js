// What people do with a shared book: make it, invite, join, change roles, leave.
import { expect } from "@playwright/test";
import { LONG_WORD } from "./places.js";

/** A book as one person sees it. `base` is what its addresses begin with. */
export class SharedBook {
  constructor(person, base) {
    this.person = person;
    this.base = base;
  }

  /** Makes a book on the page "Books". */
  static async create(person, name) {
    await person.goto("/books");
    const form = person.page.getByRole("form", { name: "New book" });
    await form.getByLabel("Name").fill(name);
    await form.getByRole("button", { name: "Create book" }).click();
    await expect(person.page).toHaveURL(/\/b\/\d+\/$/);
    return new SharedBook(person, new URL(person.page.url()).pathname.replace(/\/$/, ""));
  }

  /** The same book in the hands of another member. */
  of(person) {
    return new SharedBook(person, this.base);
  }

  async goto(path) {
    return this.person.goto(`${this.base}${path}`);
  }

  /** The link of a new invitation. */
  async invite(role) {
    const { page } = this.person;
    await this.goto("/book");
    await page.locator("label", { hasText: role, has: page.getByRole("radio") }).click();
    await expect(page.getByRole("radio", { name: role })).toBeChecked();
    await page.getByRole("button", { name: "Create invitation link" }).click();
    const link = page.getByLabel("Invitation link");
    await expect(link).toHaveValue(/\/join\//);
    return new URL(await link.inputValue()).pathname;
  }

  async setRole(member, role) {
    const form = this.person.page.getByRole("form", { name: `Role of ${member}` });
    await form.getByRole("combobox").selectOption({ label: role });
    await form.getByRole("button").click();
    await expect(this.person.status).not.toBeEmpty();
  }

  async remove(member) {
    await this.person.page.getByRole("button", { name: `Remove ${member}` }).click();
    await expect(this.person.page.getByRole("form", { name: `Role of ${member}` })).toHaveCount(0);
  }
}

/** The name under which others see a person who has set none. */
export const nameOf = (person) => person.email.split("@")[0];

/** The pages of a shared book: `visit(person, address)` is called on each, as its owner, a newcomer and a viewer see it. */
export async function lookAround(owner, newcomer, visit) {
  const book = await SharedBook.create(owner, LONG_WORD.slice(0, 60));
  await owner.add({ amount: "12.50", category: "Groceries", description: LONG_WORD.slice(0, 60) });
  const link = await book.invite("Viewer");
  await visit(owner, "the settings of a book with a new invitation");
  await newcomer.goto(link);
  await visit(newcomer, "an invitation");
  await newcomer.page.getByRole("button", { name: "Join" }).click();
  await expect(newcomer.page).toHaveURL(new RegExp(`${book.base}/$`));
  await visit(newcomer, "the dashboard of a viewer");
  for (const path of ["/expenses", "/categories", "/budgets", "/expenses/trash", "/book"]) {
    await book.of(newcomer).goto(path);
    await visit(newcomer, `${path} of a viewer`);
  }
  for (const path of ["/", "/book"]) {
    await book.goto(path);
    await visit(owner, `${path} of a shared book`);
  }
  await newcomer.goto(link);
  await visit(newcomer, "an invitation that no longer works");
}
