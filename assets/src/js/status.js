// Makes screen readers announce the same text twice: "Added Coffee, $4.50" after "Added Coffee, $4.50".

// A live region announces added nodes. Text that morphing leaves unchanged would not be announced.
document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  const isDone = ctx.request.method !== "GET" && ctx.response.status < 400;
  if (isDone) document.getElementById("status")?.replaceChildren();
});
