// The same journey without scripts: every step is a plain link or form.
import { journey } from "../support/journey/index.js";
import { test } from "../support/story.js";

test.use({ javaScriptEnabled: false });

test.describe("without scripts @journey", () => {
  for (const { title, newcomer, tell } of journey) {
    test(title, async ({ visitor }) => {
      if (!newcomer) await visitor.registerByRequest();
      await tell(visitor);
    });
  }
});
