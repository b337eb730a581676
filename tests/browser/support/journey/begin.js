// Creating an account, adding the first expenses, signing out and in.
import { expect } from "@playwright/test";
import { today } from "../dates.js";

export const begin = [
  {
    title: "a visitor makes an account, sees what to do first, and adds expenses",
    newcomer: true,
    async tell(person) {
      await person.register();
      await expect(person.page).toHaveURL(/\/$/);
      await person.seesTotal("0.00");
      await expect(person.addForm.date).toHaveValue(today());
      await expect(person.page.getByRole("figure"), "an empty account shows empty charts").toHaveCount(0);

      await person.withoutReload(async () => {
        await person.add({ amount: "4.50", category: "Coffee", description: "Flat white" });
        await expect(person.status).toContainText("$4.50");
        await person.seesTotal("4.50");
        await person.sees("Flat white");
        await person.addForm.holds({ amount: "", description: "" });
        await person.add({ amount: "1,234.50", category: "Rent" });
        await person.seesTotal("1239.00");
        await expect(person.total).toContainText("$1,239.00");
        await person.add({ amount: "-39", category: "Rent", description: "Deposit back" });
        await person.seesTotal("1200.00");
        await person.sees("Flat white", "Rent", "Deposit back");
      });
    },
  },
  {
    title: "signing out ends the session, and signing in brings everything back",
    async tell(person) {
      await person.spent("6", "Food", "soup");
      await person.goto("/");
      await person.signOut();
      await person.goto("/expenses?category=Food");
      await expect(person.page).toHaveURL(/\/login\?next=/);
      await person.signIn();
      await expect(person.page).toHaveURL(/\/expenses\?category=Food$/);
      await person.sees("soup");
    },
  },
];
