// Finding expenses again: search, filter, pages of the list, and the export.
import { expect } from "@playwright/test";
import { shift } from "../dates.js";
import { onMarch } from "../places.js";

export const find = [
  {
    title: "the list is searched by words and amounts and filtered by category",
    async tell(person) {
      await person.spent("12.50", "Café", "Espresso Doppio");
      await person.spent("40", "Books", "An atlas");
      await person.spent("7", "Books", "A map");
      await person.goto("/expenses");
      await person.seesTotal("59.50");
      await person.withoutReload(async () => {
        await person.filter({ q: "espresso" });
        await person.seesTotal("12.50");
        await person.doesNotSee("An atlas", "A map");
        await person.filter({ q: "cafe" });
        await person.seesTotal("12.50");
        await person.filter({ q: "12,5" });
        await person.seesTotal("12.50");
        await person.filter({ q: "" });
        await person.seesTotal("59.50");
      });
      await person.goto("/expenses?category=Books");
      await person.seesTotal("47.00");
      await person.doesNotSee("Espresso Doppio");
      await person.filter({ q: "map" });
      expect(person.query.category).toBe("Books");
      await person.seesTotal("7.00");
    },
  },
  {
    title: "the months of a category lead to their expenses",
    async tell(person) {
      await person.spent("7", "Books", "A map", "2025-02-03");
      await person.spent("40", "Books", "An atlas", "2025-03-04");
      await person.spent("9", "Food", "Lunch", "2025-02-03");
      await person.goto(`/expenses${onMarch("month").slice(1)}&category=Books`);
      await person.seesTotal("40.00");
      await person.withoutReload(async () => {
        await person.page.getByRole("link", { name: "Feb 2025: $7.00" }).click();
        await person.seesTotal("7.00");
      });
      await person.sees("A map");
      await person.doesNotSee("An atlas", "Lunch");
    },
  },
  {
    title: "a long list has older and newer pages under one total",
    async tell(person) {
      for (let number = 1; number <= 53; number += 1) {
        await person.spent("1", "Food", `meal ${number}.`, shift("2025-01-01", number));
      }
      await person.goto("/expenses?period=year&on=2025-01-01");
      await person.seesTotal("53.00");
      await person.sees("meal 53.", "meal 4.");
      await person.doesNotSee("meal 3.");
      await person.page.getByRole("link", { name: /^Older/ }).first().click();
      await person.sees("meal 3.", "meal 1.");
      await person.doesNotSee("meal 4.");
      await person.seesTotal("53.00");
      await person.page.getByRole("link", { name: /^Newer/ }).first().click();
      await person.sees("meal 53.", "meal 4.");
      await person.doesNotSee("meal 3.");
    },
  },
  {
    title: "the export is the whole history as a spreadsheet can read it",
    async tell(person) {
      await person.spent("1234.50", "Rent", "flat", "2025-03-01");
      await person.spent("-3", "Food", "=1+1, \"quoted\"", "2025-03-02");
      await person.spent("9", "Food", "a year before", "2024-03-01");
      await person.goto(onMarch("month"));
      const { filename, bytes } = await person.exportCsv();
      expect(filename).toMatch(/^expenses-\d{4}-\d{2}-\d{2}\.csv$/);
      expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
      const text = bytes.subarray(3).toString("utf8");
      expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
      const rows = text.split("\r\n");
      expect(rows.pop(), "the last row ends with CRLF").toBe("");
      expect(rows[0]).toBe("date,amount,currency,category,description,kind,paid_by,id");
      expect(rows.slice(1).map((row) => row.replace(/,spending,,E\d+$/, ""))).toEqual([
        `2025-03-02,-3.00,USD,Food,"'=1+1, ""quoted"""`,
        "2025-03-01,1234.50,USD,Rent,flat",
        "2024-03-01,9.00,USD,Food,a year before",
      ]);

      await person.goto("/expenses?category=Rent&period=all");
      const filtered = (await person.exportCsv()).bytes.toString("utf8").split("\r\n");
      expect(filtered).toHaveLength(3);
      expect(filtered[1]).toContain("flat");
    },
  },
];
