// The script of every page. Its modules listen to events of htmx. All links and forms also work without it.

import htmx from "htmx.org";
import "./js/links.js";
import "./js/requests.js";
import "./js/progress.js";
import "./js/failure.js";
import "./js/session.js";
import "./js/forms.js";
import "./js/suggestion.js";
import "./js/next-dates.js";
import "./js/status.js";
import "./js/sheet.js";
import "./js/picks.js";
import "./js/passwords.js";
import "./js/copy.js";
import "./js/shortcuts.js";
import "./js/focus.js";
import "./js/figures.js";
import "./js/timezone.js";

// A slower response counts as a failure, with "Try again".
htmx.config.defaultTimeout = 30_000;
