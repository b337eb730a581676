// The main steps with another name than localhost over plain http, where browsers send no Sec-Fetch-Site.
import { SharedBook } from "../support/household.js";
import { Person } from "../support/person.js";
import { expect, test } from "../support/story.js";

test.use({ hostname: "expenses.home" });

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts @journey" : "without scripts @journey", () => {
    test.use({ javaScriptEnabled });

    test("at home, by a name of the own network, everything can be changed", async ({ visitor, page }) => {
      const sent = [];
      page.on("request", (request) => {
        if (request.method() === "POST") sent.push(request.allHeaders());
      });
      await visitor.register();
      expect(new URL(page.url()).hostname).toBe("expenses.home");
      await visitor.add({ amount: "12.50", category: "Food", description: "lunch" });
      await visitor.edit("lunch", { amount: "14", description: "a long lunch" });
      await visitor.seesTotal("14.00");
      await visitor.delete("a long lunch");
      await visitor.seesTotal("0.00");
      await visitor.undo("a long lunch");
      await visitor.seesTotal("14.00");
      await visitor.setBudget("14");
      await visitor.goto("/");
      await visitor.seesBudget(100, "critical", "Used up");
      await visitor.changeSettings({ locale: "de-DE" });
      await visitor.signOut();
      await visitor.signIn();
      await visitor.seesTotal("14.00");

      // Otherwise this story would tell nothing that the journey does not.
      const headers = await Promise.all(sent);
      expect(headers.length).toBeGreaterThanOrEqual(8);
      expect(headers.filter((one) => "sec-fetch-site" in one)).toEqual([]);
    });

    test("at home, the forms on the page of an invitation work", async ({ visitor, browser, baseURL }) => {
      await visitor.register();
      const book = await SharedBook.create(visitor, "Household");
      const links = [await book.invite("Editor"), await book.invite("Viewer")];
      const context = await browser.newContext({ baseURL, javaScriptEnabled });
      const other = new Person(await context.newPage(), javaScriptEnabled);
      await other.register();
      await other.goto(links[1]);
      await other.signOut();
      await other.signIn();
      await other.goto(links[0]);
      expect(new URL(other.page.url()).hostname).toBe("expenses.home");
      await other.page.getByRole("button", { name: "Join" }).click();
      await expect(other.status).toContainText("You joined “Household”");
      await context.close();
    });
  });
}
