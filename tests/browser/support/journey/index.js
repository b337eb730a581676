// The whole journey in chapters, which run with and without scripts.
import { begin } from "./begin.js";
import { change } from "./change.js";
import { find } from "./find.js";
import { look } from "./look.js";
import { settle } from "./settle.js";

/** Chapters `{ title, newcomer, tell(person) }`; for a newcomer the person has no account yet. */
export const journey = [...begin, ...look, ...change, ...find, ...settle];
