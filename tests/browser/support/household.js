// What people do with a shared book: make it, invite, join, change roles, leave.
import { expect } from "@playwright/test";

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
    await page.getByRole("radio", { name: role }).check();
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
