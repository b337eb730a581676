// Keeps open what the person opened: the server does not know which `details` they are looking into.

let open = new Set();

document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  const done = ctx.request.form?.id === "add-expense" ? null : ctx.request.form?.closest("details");
  const folds = [...document.querySelectorAll("#main details[id][open]")];
  // The one whose form was sent is the server's to open or close; expenses are often added in a row.
  open = new Set(folds.filter((fold) => fold !== done).map((fold) => fold.id));
});

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.request.headers["HX-History-Restore-Request"]) return;
  for (const id of open) {
    const fold = document.getElementById(id);
    if (fold instanceof HTMLDetailsElement) fold.open = true;
  }
});
