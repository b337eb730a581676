// Takes the two pictures of README.md: docs/images/dashboard.webp (desktop, light) and docs/images/phone.webp (phone, dark).
//
// Starts APP_BINARY (else the release build) on its demo account, takes screenshots, and lets the browser write them as WebP.
// A picture has at most 60 KiB: the quality is lowered until it fits.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
delete process.env.DATABASE_URL; // never writes to an existing database
process.env.APP_BINARY ??= join(root, "target/release/expense-tracker");
const { chromium } = createRequire(join(root, "tests/browser/package.json"))("@playwright/test");
const { startServer } = await import("../tests/browser/support/server.js");

const MOST_BYTES = 60 * 1024;
const out = join(root, "docs/images");
const pictures = [
  { file: "dashboard.webp", viewport: { width: 1280, height: 900 }, colorScheme: "light", scale: 1 },
  { file: "phone.webp", viewport: { width: 390, height: 844 }, colorScheme: "dark", scale: 1.5 },
];

/** The account of the command `demo`, with a monthly budget. */
async function demo(server, page) {
  const said = server.run(["demo"]);
  const [, email] = /account (\S+@\S+)/.exec(said);
  const [, password] = /password (\S+)/.exec(said);
  await page.goto("/login");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  await page.request.post("/budgets", { form: { amount: "3200" } });
}

/** The PNG as WebP. */
async function webp(page, png) {
  for (let quality = 0.9; quality > 0.2; quality -= 0.05) {
    const data = await page.evaluate(
      async ([source, quality]) => {
        const bitmap = await createImageBitmap(await (await fetch(source)).blob());
        const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width, height: bitmap.height });
        canvas.getContext("2d").drawImage(bitmap, 0, 0);
        return canvas.toDataURL("image/webp", quality);
      },
      [`data:image/png;base64,${png.toString("base64")}`, quality],
    );
    const bytes = Buffer.from(data.split(",")[1], "base64");
    if (bytes.length <= MOST_BYTES) return bytes;
  }
  throw new Error("a picture does not fit into 60 KiB");
}

mkdirSync(out, { recursive: true });
const server = await startServer();
const browser = await chromium.launch({
  executablePath: execFileSync(join(root, "scripts/chromium"), { encoding: "utf8" }).trim(),
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});
try {
  const options = { baseURL: `http://127.0.0.1:${server.port}`, locale: "en-US", timezoneId: "UTC" };
  const context = await browser.newContext(options);
  await demo(server, await context.newPage());
  const storageState = await context.storageState();
  const blank = await (await browser.newContext()).newPage();
  for (const { file, viewport, colorScheme, scale } of pictures) {
    const look = { viewport, colorScheme, deviceScaleFactor: scale, reducedMotion: "reduce", hasTouch: viewport.width < 500 };
    const shown = await browser.newContext({ ...options, ...look, storageState });
    const page = await shown.newPage();
    await page.goto("/");
    await page.waitForLoadState("networkidle");
    const bytes = await webp(blank, await page.screenshot());
    writeFileSync(join(out, file), bytes);
    console.log(`docs/images/${file}: ${Math.ceil(bytes.length / 1024)} KiB`);
    await shown.close();
  }
} finally {
  await browser.close();
  await server.stop();
}
