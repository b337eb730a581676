// Carries a half-typed expense through signing in again.

import { halfTyped, visibleValues } from "./forms.js";

// Before htmx follows the HX-Redirect of a 401.
document.addEventListener("htmx:before:response", ({ detail: { ctx } }) => {
  // Back and Forward ask for whole pages, so the server sends them to the sign-in page as it sends everybody.
  const { redirected, url } = ctx.response.raw;
  if (redirected && ctx.request.headers["HX-History-Restore-Request"]) ctx.hx.redirect = url;

  const form = halfTyped().find(({ id }) => id === "add-expense");
  if (!ctx.hx.redirect || !form) return;
  const login = new URL(ctx.hx.redirect, location.href);
  if (!login.searchParams.has("next")) return;
  const next = new URL(login.searchParams.get("next"), location.href);
  // The form's own POST: the server has put them in.
  if ([...next.searchParams.keys()].some((name) => name.startsWith("add_"))) return;
  for (const [name, value] of visibleValues(form)) {
    if (value) next.searchParams.set(`add_${name}`, value);
  }
  login.searchParams.set("next", next.pathname + next.search);
  ctx.hx.redirect = login.pathname + login.search;
});
