// A visitor without an account, or signed out.
import { randomUUID } from "node:crypto";
import { expect } from "@playwright/test";

export const PASSWORD = "violet-Anchor-93-tundra-moth";

export class Visitor {
  constructor(page, scripts = true) {
    this.page = page;
    this.scripts = scripts;
    this.email = `${randomUUID()}@example.com`;
    this.password = PASSWORD;
  }

  get main() {
    return this.page.getByRole("main");
  }

  get emailField() {
    return this.page.getByRole("textbox", { name: "Email", exact: true });
  }

  get passwordField() {
    return this.page.getByLabel("Password", { exact: true });
  }

  get createButton() {
    return this.page.getByRole("button", { name: "Create account" });
  }

  get signInButton() {
    return this.page.getByRole("button", { name: "Sign in" });
  }

  async goto(address) {
    return this.page.goto(address);
  }

  /** Clicks something and waits for the expected address. */
  async follow(link, address) {
    await link.click();
    await expect(this.page).toHaveURL(address);
  }

  async register() {
    await this.goto("/register");
    await this.emailField.fill(this.email);
    await this.passwordField.fill(this.password);
    await this.createButton.click();
    await expect(this.page.getByRole("button", { name: "Sign out" })).toBeVisible();
  }

  /** Fills the sign-in page that is already open. */
  async signIn(password = this.password) {
    await this.emailField.fill(this.email);
    await this.passwordField.fill(password);
    await this.signInButton.click();
  }

  /** Runs `doing`, which must wait for its effect, and fails if the document was reloaded. */
  async withoutReload(doing) {
    if (!this.scripts) return doing();
    const mark = randomUUID();
    await this.page.evaluate((value) => {
      window.sameDocument = value;
    }, mark);
    const result = await doing();
    expect(await this.page.evaluate(() => window.sameDocument), "the document was loaded anew").toBe(mark);
    return result;
  }

  /** The query of the address bar as a plain object. */
  get query() {
    return Object.fromEntries(new URL(this.page.url()).searchParams);
  }
}
