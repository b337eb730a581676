// Settings: number format, time zone, first days of weeks and months, and the theme.
import { expect } from "@playwright/test";
import { today } from "../dates.js";
import { onMarch } from "../places.js";

export const settle = [
  {
    title: "settings decide the currency, how numbers read, when today, the week and the month begin, and the theme",
    async tell(person) {
      await person.changeSettings({ currency: "EUR", locale: "de-DE" });
      await person.goto("/");
      await person.add({ amount: "1.234,50", category: "Miete", description: "März" });
      await person.seesTotal("1234.50");
      await expect(person.total).toContainText(/1\.234,50\s*€/);

      for (const zone of ["Pacific/Kiritimati", "Etc/GMT+12"]) {
        await person.changeSettings({ timezone: zone });
        await person.goto("/");
        await expect(person.addForm.date).toHaveValue(today(zone));
      }

      await person.spent("1", "Food", "Sunday", "2025-03-09");
      await person.spent("2", "Food", "Monday", "2025-03-10");
      await person.spent("4", "Food", "payday", "2025-02-25");
      await person.goto(onMarch("week", "10"));
      await person.seesTotal("2.00");
      await person.changeSettings({ week_start: "sunday" });
      await person.goto(onMarch("week", "10"));
      await person.seesTotal("3.00");
      await person.goto(onMarch("month", "10"));
      await person.seesTotal("3.00");
      await person.changeSettings({ month_start: "25" });
      await person.goto(onMarch("month", "10"));
      await person.seesTotal("7.00");

      await person.changeSettings({ theme: "light" });
      expect(await person.backgroundLightness()).toBeGreaterThan(0.8);
      await person.changeSettings({ theme: "dark" });
      expect(await person.backgroundLightness()).toBeLessThan(0.3);
      await person.goto("/");
      expect(await person.backgroundLightness()).toBeLessThan(0.3);
    },
  },
];
