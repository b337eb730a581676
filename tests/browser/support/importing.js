// Importing a file: the form, its review, and files with difficult content.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { LONG_WORD, RIGHT_TO_LEFT } from "./places.js";

const FOLDER = join(import.meta.dirname, "../../data/statements");

/** A file of the corpus, with what it has to become. */
export async function corpusFile(part, name) {
  const { files } = JSON.parse(await readFile(join(FOLDER, part, "answers.json"), "utf8"));
  const answer = files.find(({ file }) => file === name);
  return { ...answer, name, buffer: await readFile(join(FOLDER, part, name)) };
}

/** Money in and out, long and foreign words, and rows of every verdict beside the expenses of `addHardRows`. */
const HARD = [
  "Date,Description,Amount,Note",
  `2025-03-03,${LONG_WORD},-999999999.99,${LONG_WORD}`,
  `2025-03-04,${RIGHT_TO_LEFT},-12.50,${RIGHT_TO_LEFT}`,
  "2025-03-05,Salary,2400.00,",
  "2025-03-06,Nothing,0.00,",
  '2025-03-07,Broken,"12,x",',
  "2025-03-11,Something else,-8.00,",
  "2025-03-12,Deleted,-9.00,",
  "",
].join("\n");

/** Dates that are read in two ways. */
const AMBIGUOUS = "Date,Description,Amount\n03/04/2025,Milk,-2.50\n05/06/2025,Bread,-3.25\n";

const file = (name, text) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

/** Sends the form "Import a file" as a plain request; the address of the import. */
export async function uploaded(person, name, text) {
  const answer = await person.page.context().request.post("/import", { multipart: { file: file(name, text) }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  return answer.headers().location;
}

/** The page of an import in each of its states, with difficult content. */
export async function importPages(person) {
  await person.spent("8", "Food", "apples", "2025-03-10");
  await person.spent("9", "Food", "Deleted", "2025-03-12");
  await person.goto("/?period=month&on=2025-03-12");
  await person.delete("Deleted");
  const readAs = await uploaded(person, `${LONG_WORD}.csv`, AMBIGUOUS);
  const done = await uploaded(person, "done.csv", HARD);
  const review = await uploaded(person, "review.csv", HARD);
  const confirmed = await person.page.context().request.post(`${done}/confirm`, { form: {}, maxRedirects: 0 });
  expect(confirmed.status()).toBe(303);
  return ["/import", readAs, review, done, `${review}?filter=rejected`];
}

/** The pages of one import. */
export class Import {
  constructor(person) {
    this.person = person;
    this.page = person.page;
  }

  /** Chooses the file and continues. */
  async choose({ name, buffer }) {
    await this.person.goto("/import");
    await this.page.getByLabel("File", { exact: true }).setInputFiles({ name, mimeType: "application/octet-stream", buffer });
    await this.page.getByRole("button", { name: "Continue" }).click();
    await expect(this.page).toHaveURL(/\/import\/\d+/);
  }

  async counts(counts) {
    const list = this.page.getByRole("list", { name: "Verdicts" });
    for (const [verdict, count] of Object.entries(counts)) {
      await expect(list.locator(`[data-verdict=${verdict}]`)).toHaveAttribute("data-count", String(count));
    }
  }

  get confirmButton() {
    return this.page.getByRole("button", { name: /^Import [\d,]+ rows?$/ });
  }

  get undoButton() {
    return this.page.getByRole("button", { name: "Undo this import" });
  }

  get rows() {
    return this.page.getByRole("table", { name: "Rows" });
  }
}
