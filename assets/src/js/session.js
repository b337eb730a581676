// Preserves a typed expense when the person has to sign in again.

import { halfTyped, visibleValues } from "./forms.js";

// Before htmx follows the HX-Redirect of a 401.
document.addEventListener("htmx:before:response", ({ detail: { ctx } }) => {
  // Back and Forward request whole pages, which the server redirects to the sign-in page.
  const { redirected, url } = ctx.response.raw;
  if (redirected && ctx.request.headers["HX-History-Restore-Request"]) ctx.hx.redirect = url;

  const form = halfTyped().find(({ id }) => id === "add-expense");
  if (!ctx.hx.redirect || !form) return;
  const login = new URL(ctx.hx.redirect, location.href);
  if (!login.searchParams.has("next")) return;
  const next = new URL(login.searchParams.get("next"), location.href);
  // For the POST of the form itself the server has added them.
  if ([...next.searchParams.keys()].some((name) => name.startsWith("add_"))) return;
  for (const [name, value] of visibleValues(form)) {
    if (value) next.searchParams.set(`add_${name}`, value);
  }
  login.searchParams.set("next", next.pathname + next.search);
  ctx.hx.redirect = login.pathname + login.search;
});
