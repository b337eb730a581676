// Somebody who uses nothing but Tab, Enter, Space and the letters.
import { expect } from "@playwright/test";

const TABS = 80;

export class Keyboard {
  constructor(page) {
    this.page = page;
  }

  /** Presses Tab until `target` has the focus; returns how often. Each stop must show where the focus is. */
  async tabTo(target, most = TABS) {
    for (let presses = 1; presses <= most; presses += 1) {
      await this.page.keyboard.press("Tab");
      const unseen = await this.page.evaluate(() => {
        const focused = document.activeElement;
        if (!focused || focused === document.body) return "";
        if (focused.type === "date" && !focused.matches(":focus-visible")) return ""; // the browser marks the part of it
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(focused);
        const seen = (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
        return seen ? "" : focused.outerHTML.slice(0, 200);
      });
      expect(unseen, "the focus cannot be seen").toBe("");
      if (await target.evaluate((element) => element === document.activeElement)) return presses;
    }
    throw new Error(`${target} is not reached by ${most} presses of Tab`);
  }

  /** Goes to a button or link and presses it. */
  async press(target, key = "Enter") {
    await this.tabTo(target);
    await this.page.keyboard.press(key);
  }

  /** Goes to a field and replaces what it holds. */
  async type(target, text) {
    await this.tabTo(target);
    await this.write(target, text);
  }

  /** Replaces what the focused field holds. */
  async write(target, text) {
    await expect(target).toBeFocused();
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.page.keyboard.type(text);
  }

  /** Starts again from the top of the page, as after loading it. */
  async fromTheTop() {
    await this.page.evaluate(() => {
      document.activeElement?.blur();
      window.getSelection()?.removeAllRanges();
      window.scrollTo(0, 0);
    });
  }
}
