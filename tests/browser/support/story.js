// The fixtures: one server per worker, and in each test a visitor or a person whose page must not have errors.
import { test as base, expect } from "@playwright/test";
import { Complaints } from "./complaints.js";
import { Person } from "./person.js";
import { startServer } from "./server.js";

export { expect };

export const test = base.extend({
  /** The name in the address bar; anything that Chromium resolves to this machine. */
  hostname: ["127.0.0.1", { option: true }],

  server: [
    async ({}, use) => {
      const server = await startServer();
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],

  baseURL: async ({ server, hostname }, use) => use(`http://${hostname}:${server.port}`),

  complaints: [
    async ({ context }, use) => {
      const complaints = await Complaints.about(context);
      await use(complaints);
      expect(complaints.unexpected, "the browser complained").toEqual([]);
    },
    { auto: true },
  ],

  /** A visitor without an account. */
  visitor: async ({ page, javaScriptEnabled }, use) => use(new Person(page, javaScriptEnabled !== false)),

  /** A person with a new account, signed in, without an open page. */
  person: async ({ visitor }, use) => {
    await visitor.registerByRequest();
    await use(visitor);
  },

  /** A second account in another browser of the same kind. */
  stranger: async ({ browser, baseURL, colorScheme, viewport, hasTouch, isMobile }, use) => {
    const context = await browser.newContext({ baseURL, colorScheme, viewport, hasTouch, isMobile });
    const stranger = new Person(await context.newPage());
    await stranger.registerByRequest();
    await use(stranger);
    await context.close();
  },
});
