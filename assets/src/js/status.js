// Lets the same words be announced again: "Added Coffee, $4.50" after "Added Coffee, $4.50".

// A live region tells what was put in; text that morphing finds unchanged would stay unsaid.
document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  const isDone = ctx.request.method !== "GET" && ctx.response.status < 400;
  if (isDone) document.getElementById("status")?.replaceChildren();
});
