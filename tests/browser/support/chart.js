// A figure of the dashboard: a canvas and its table.
import { expect } from "@playwright/test";

export class Chart {
  constructor(figure) {
    this.figure = figure;
    this.canvas = figure.locator("canvas");
    this.table = figure.getByRole("table");
  }

  /** The pixels as a data address; the empty string while nothing is drawn. */
  async picture() {
    return this.canvas.evaluate((canvas) => {
      const { width, height } = canvas;
      if (width === 0 || height === 0) return "";
      const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
      return data.some((value) => value !== 0) ? canvas.toDataURL() : "";
    });
  }

  async isDrawn() {
    await expect(this.canvas).toBeVisible();
    await expect.poll(() => this.picture()).not.toBe("");
  }

  /** The picture once it no longer moves. */
  async settled() {
    let last = "";
    await expect
      .poll(async () => {
        const before = last;
        last = await this.picture();
        return last !== "" && last === before;
      })
      .toBe(true);
    return last;
  }
}
