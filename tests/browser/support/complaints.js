// Collects errors in the browser during a test: console errors, exceptions, CSP violations, 5xx.

/** Collects the errors of every page of a context. A test declares expected ones beforehand. */
export class Complaints {
  #heard = [];
  #expected = [];

  static async about(context) {
    const complaints = new Complaints();
    context.on("console", (message) => {
      if (message.type() === "error") {
        complaints.#heard.push(`console: ${message.text()} (${message.location().url})`);
      }
    });
    context.on("weberror", (error) => complaints.#heard.push(`exception: ${error.error()}`));
    context.on("response", (answer) => {
      if (answer.status() >= 500) complaints.#heard.push(`${answer.status()}: ${answer.url()}`);
    });
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`policy: ${event.violatedDirective} refused ${event.blockedURI || "inline"}`);
      });
    });
    return complaints;
  }

  /** A story that makes the server say no (422, 401, …) calls this: Chromium logs such answers as errors. */
  expect(...patterns) {
    this.#expected.push(...patterns);
  }

  /** What was heard and not expected. */
  get unexpected() {
    return this.unexpectedOf(this);
  }

  /** What another browser of the same story complained about, and the story did not expect. */
  unexpectedOf(other) {
    return other.#heard.filter((text) => !this.#expected.some((pattern) => pattern.test(text)));
  }
}

/** The line Chromium logs when a page or a swap is answered with this status. */
export const answered = (status) => new RegExp(`responded with a status of ${status}\\b`);
