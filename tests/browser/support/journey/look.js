// The dashboard: periods, budget, charts, and totals that link to their rows.
import { expect } from "@playwright/test";
import { today } from "../dates.js";
import { onMarch } from "../places.js";

export const look = [
  {
    title: "day, week, month, year and all show what belongs to them, and so do previous, next and today",
    async tell(person) {
      await person.spent("1", "Food", "on the day", "2025-03-12");
      await person.spent("2", "Food", "in the week", "2025-03-10");
      await person.spent("4", "Food", "in the month", "2025-03-31");
      await person.spent("8", "Food", "in the year", "2025-01-01");
      await person.spent("16", "Food", "the year before", "2024-12-31");
      await person.spent("32", "Food", "the week after", "2025-03-17");
      await person.goto(onMarch("day"));

      await person.withoutReload(async () => {
        await person.seesTotal("1.00");
        await person.choosePeriod("Week");
        await person.seesTotal("3.00");
        await person.choosePeriod("Month");
        await person.seesTotal("39.00");
        await person.choosePeriod("Year");
        await person.seesTotal("47.00");
        await person.choosePeriod("All");
        await person.seesTotal("63.00");
        await person.sees("the year before", "on the day");
      });

      await person.goto(onMarch("week"));
      await person.withoutReload(async () => {
        await person.period("Next").click();
        await person.seesTotal("32.00");
        await expect(person.period("Week")).toHaveAttribute("aria-current", /.+/);
        await person.period("Previous").click();
        await person.seesTotal("3.00");
        await person.period("Previous").click();
        await person.seesTotal("0.00");
        await person.period("Today").click();
        await expect(person.addForm.date).toHaveValue(today());
        await expect.poll(() => person.query.on ?? today()).toBe(today());
      });

      await person.goto("/?from=2025-01-01&to=2025-03-12");
      await person.seesTotal("11.00");
      await expect(person.periods.locator("[aria-current]")).toHaveCount(0);
    },
  },
  {
    title: "the budget turns from safe to warning to critical, exactly at its limits",
    async tell(person) {
      await person.setBudget("100");
      await person.goto("/");
      await person.seesBudget(0, "safe", "Safe");
      await person.withoutReload(async () => {
        await person.add({ amount: "79.99", category: "Food", description: "just below" });
        await person.seesBudget(79, "safe", "Safe");
        await person.add({ amount: "0.01", category: "Food", description: "four fifths" });
        await person.seesBudget(80, "warning", "Warning");
        await person.add({ amount: "19.99", category: "Food", description: "a cent is left" });
        await person.seesBudget(99, "warning", "Warning");
        await person.add({ amount: "0.01", category: "Food", description: "the last cent" });
        await person.seesBudget(100, "critical", "Used up");
        await person.add({ amount: "0.50", category: "Food", description: "over it" });
        await person.seesBudget(100, "critical", "Over by $0.50");
        await person.add({ amount: "50", category: "Food", description: "far over" });
        await person.seesBudget(150, "critical", "Over by $50.50");
        await person.add({ amount: "-70.50", category: "Food", description: "brought back" });
        await person.seesBudget(80, "warning", "Warning");
        await person.delete("four fifths");
        await person.seesBudget(79, "safe", "Safe");
        await person.undo("four fifths");
        await person.seesBudget(80, "warning", "Warning");
      });

      await person.setBudget("40", "Budget for Food");
      await person.goto("/");
      const food = person.page.getByRole("meter", { name: "Budget: Food" });
      await expect(food).toHaveAttribute("data-status", "critical");
      await expect(food).toHaveAttribute("aria-valuenow", "200");

      await person.setBudget("");
      await person.goto("/");
      await expect(person.budgetMeter).toHaveCount(0);
    },
  },
  {
    title: "the charts tell the same numbers as the list, in a table too",
    async tell(person) {
      await person.spent("30", "Groceries", "market", "2025-03-03");
      await person.spent("10", "Transport", "bus", "2025-03-04");
      await person.spent("5.5", "Groceries", "bakery", "2025-03-04");
      await person.goto(onMarch("month"));

      const slices = person.chart("Spending by category");
      await expect(slices.figure).toBeVisible();
      await expect(slices.table).toHaveCount(1);
      await expect(slices.table.getByRole("row").filter({ hasText: "Groceries" })).toContainText("$35.50");
      await expect(slices.table.getByRole("row").filter({ hasText: "Transport" })).toContainText("$10.00");
      const trend = person.chart("Spending by day");
      await expect(trend.figure).toBeVisible();
      await expect(trend.table.getByRole("row").filter({ hasText: "$15.50" })).toHaveCount(1);

      if (person.scripts) {
        await slices.isDrawn();
        await trend.isDrawn();
        await slices.canvas.evaluate((canvas) => {
          canvas.isTheSame = true;
        });
        const before = await trend.settled();
        await person.withoutReload(() =>
          person.add({ amount: "40", category: "Books", date: "2025-03-20", description: "an atlas" }),
        );
        await expect.poll(() => trend.picture()).not.toBe(before);
        expect(await slices.canvas.evaluate((canvas) => canvas.isTheSame), "the canvas was thrown away").toBe(true);
        await expect(slices.table.getByRole("row").filter({ hasText: "Books" })).toContainText("$40.00");
      } else {
        await expect(slices.table).toBeVisible();
        await expect(trend.table).toBeVisible();
        await expect(slices.canvas.filter({ visible: true })).toHaveCount(0);
      }
    },
  },
  {
    title: "every printed total is a link to the rows that make it up",
    async tell(person) {
      await person.spent("30", "Groceries", "market", "2025-03-03");
      await person.spent("10", "Transport", "bus", "2025-03-04");
      await person.spent("5.50", "Groceries", "bakery", "2025-03-04");
      await person.spent("99", "Groceries", "another month", "2025-04-04");
      await person.goto(onMarch("month"));

      const slices = person.chart("Spending by category");
      await slices.table.getByRole("link", { name: /Groceries/ }).first().click();
      await expect(person.page).toHaveURL(/\/expenses\?/);
      await person.seesTotal("35.50");
      await person.sees("market", "bakery");
      await person.doesNotSee("bus", "another month");

      await person.goto(onMarch("month"));
      const total = person.page.locator(
        "a:has([data-testid=period-total]), a[data-testid=period-total], [data-testid=period-total] a",
      );
      await total.click();
      await expect(person.page).toHaveURL(/\/expenses\?/);
      await person.seesTotal("45.50");
      await person.sees("market", "bus", "bakery");
    },
  },
];
