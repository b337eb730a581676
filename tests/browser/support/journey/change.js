// Changing expenses: edit, delete, Undo, and the categories.
import { expect } from "@playwright/test";
import { choose } from "../choose.js";

export const change = [
  {
    title: "an expense is edited, deleted, brought back, and found among the recently deleted",
    async tell(person) {
      await person.spent("12.50", "Food", "lunch");
      await person.spent("3", "Food", "tea");
      await person.goto("/");
      await person.edit("lunch", { amount: "14.75", description: "a long lunch" });
      await expect(person.status).toContainText("a long lunch");
      await person.seesTotal("17.75");

      await person.withoutReload(async () => {
        await person.delete("a long lunch");
        await person.seesTotal("3.00");
        await person.undo("a long lunch");
        await person.seesTotal("17.75");
        await person.delete("a long lunch");
        await person.seesTotal("3.00");
      });

      await person.goto("/expenses/trash");
      await expect(person.page.getByRole("heading", { level: 1 })).toHaveText("Recently deleted");
      await expect(person.main).toContainText("a long lunch");
      await person.main.getByRole("button", { name: /a long lunch/ }).click();
      await expect(person.status).toContainText("a long lunch");
      await person.goto("/expenses");
      await person.seesTotal("17.75");
    },
  },
  {
    title: "an edit keeps line feeds, the date and the category",
    async tell(person) {
      await person.spent("8", "Food", "first line\nsecond line", "2025-03-12");
      await person.goto(`/expenses?period=day&on=2025-03-12`);
      await person.main.getByRole("link", { name: /^Edit first line/ }).click();
      await person.editForm.holds({
        amount: "8.00",
        category: "Food",
        date: "2025-03-12",
        description: "first line\nsecond line",
      });
      await person.editForm.fill({ date: "2025-03-13" });
      await person.editForm.send();
      await expect(person.editForm.form).toHaveCount(0);
      await person.goto(`/expenses?period=day&on=2025-03-13`);
      await person.seesTotal("8.00");
    },
  },
  {
    title: "a category is renamed and recoloured, then merged into another",
    async tell(person) {
      await person.spent("10", "Coffe", "espresso");
      await person.spent("20", "Coffee", "beans");
      await person.spent("5", "Tea", "green");
      await person.goto("/categories");
      const rename = person.categoryForm("Tea");
      await person.unfold(rename);
      await rename.locator("[name=name]").fill("Green tea");
      await choose(rename.locator("[name=color]"), "#0072b2");
      await rename.getByRole("button", { name: /save|rename/i }).click();
      await expect(person.status).toContainText("Green tea");
      await expect(person.categoryForm("Green tea")).toHaveCount(1);

      const merge = await person.mergeForm("Coffe");
      await person.unfold(merge);
      await merge.getByLabel("Merge into").fill("Coffee");
      await merge.getByRole("button", { name: /merge/i }).click();
      await expect(person.status).toContainText("1 expense");
      await expect(person.categoryForm("Coffe")).toHaveCount(0);
      await person.goto("/expenses?category=Coffee&period=all");
      await person.seesTotal("30.00");
      await person.sees("espresso", "beans");
    },
  },
];
