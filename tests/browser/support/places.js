// Every page of the app, and test data with difficult content for each of them.
import { today } from "./dates.js";

/** The dashboard of a fixed period, so that tests do not depend on the current date. */
export const onMarch = (period, day = "12") => `/?period=${period}&on=2025-03-${day}`;

export const MARCH = onMarch("month");

/** Pages anybody can open. */
export const OUTSIDE = ["/login", "/register"];

/** Pages of an account. */
export const INSIDE = [
  "/",
  "/?period=week",
  "/?period=year",
  "/?period=all",
  "/expenses",
  "/expenses?category=Food&q=a",
  "/expenses?category=Large+numbers",
  "/expenses?q=nothing+like+it",
  "/expenses/trash",
  "/budgets",
  "/categories",
  "/recurring",
  "/recurring/new",
  "/settings",
  "/books",
  "/book",
  "/import",
];

/** The pages of a recurring entry and of its next date; `fill` has made one. */
export async function recurringPages(person) {
  await person.goto("/recurring");
  const address = (name) => person.page.getByRole("region", { name }).getByRole("link").first().getAttribute("href");
  return [await address("All recurring entries"), await address("Due now")];
}

/** Addresses that end on an error page, with their status. */
export const ERRORS = [
  ["/nothing-here", 404],
  ["/expenses/999999999999/edit", 404],
  ["/expenses/not-an-id/edit", 404],
  ["/?period=fortnight", 400],
];

export const LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(2);
export const RIGHT_TO_LEFT = "قهوة مع الأصدقاء في المقهى القديم";

/** Long words, the largest amounts, right-to-left text, refunds, a trash and budgets in every status. */
export async function fill(person) {
  await person.spent("999999999.99", "Large numbers", LONG_WORD);
  await person.spent("-999999999.99", "Large numbers", "the largest refund");
  await person.spent("-999,999,999.99", LONG_WORD.slice(0, 60), "a long category");
  await person.spent("12.5", "قهوة", RIGHT_TO_LEFT);
  await person.spent("85", "Food", "market\nand a second line");
  await person.spent("100", "Rent");
  await person.spent("3", "Fun", "in another year", "2024-12-31");
  await person.spent("4", "Fun", "soon in the trash");
  await person.repeats("999999999.99", "Large numbers", LONG_WORD, "ask");
  await person.repeats("12.5", "قهوة", RIGHT_TO_LEFT, "ask");
  await person.budgeted("999999999.99");
  await person.budgeted("100", "Food");
  await person.budgeted("100", "Rent");
  await person.budgeted("1", "Large numbers");
  await person.budgeted("0", "Fun");
  await person.goto("/expenses");
  await person.delete(RIGHT_TO_LEFT);
  await person.undo(RIGHT_TO_LEFT);
  await person.delete("soon in the trash");
}

/** The address of the edit page of the expense of today called so. */
export async function editPageOf(person, description) {
  await person.goto(`/expenses?period=day&on=${today()}`);
  return person.editLink(description).getAttribute("href");
}

/** The address of the history of the expense of today called so. */
export async function historyOf(person, description) {
  return (await editPageOf(person, description)).replace("/edit", "/history");
}
