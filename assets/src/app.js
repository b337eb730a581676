// The script of every page. Each module listens to htmx's events on the document; without it all links and forms still work.

import htmx from "htmx.org";
import "./js/links.js";
import "./js/requests.js";
import "./js/progress.js";
import "./js/failure.js";
import "./js/session.js";
import "./js/forms.js";
import "./js/status.js";
import "./js/focus.js";
import "./js/figures.js";
import "./js/timezone.js";

// An answer that takes longer than this counts as a failure, with "Try again".
htmx.config.defaultTimeout = 30_000;
