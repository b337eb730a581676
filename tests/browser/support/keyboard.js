// A person who uses only the keyboard.
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
      const { unseen, reached } = await target.evaluate((element) => {
        const focused = document.activeElement;
        const reached = element === focused;
        // Of a date the browser marks the part that has the focus.
        if (!focused || focused === document.body || (focused.type === "date" && !focused.matches(":focus-visible"))) {
          return { unseen: "", reached };
        }
        // A link that stretches over its row marks the whole row, by its ::after.
        const isMarked = (part) => {
          const { content, outlineStyle, outlineWidth, boxShadow } = getComputedStyle(focused, part);
          if (part && content === "none") return false;
          return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
        };
        return { unseen: isMarked() || isMarked("::after") ? "" : focused.outerHTML.slice(0, 200), reached };
      });
      expect(unseen, "the focus cannot be seen").toBe("");
      if (reached) return presses;
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
