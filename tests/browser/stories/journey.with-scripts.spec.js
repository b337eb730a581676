// The whole journey with scripts: no page is reloaded, and there are no errors.
import { journey } from "../support/journey/index.js";
import { test } from "../support/story.js";

test.describe("with scripts @journey", () => {
  for (const { title, newcomer, tell } of journey) {
    test(title, async ({ visitor }) => {
      if (!newcomer) await visitor.registerByRequest();
      await tell(visitor);
    });
  }
});
