// Fetches the charts' bundle after the page, where there is something to draw.

async function fetchCharts() {
  if (!document.querySelector("figure[data-chart]")) return;
  try {
    // It draws as it arrives, and after every later swap; asked for again, it is the same one.
    await import("../charts.js");
  } catch (error) {
    // The tables tell the same; the next swap tries again.
    console.warn("The charts could not be fetched.", error);
  }
}

if (document.readyState === "complete") fetchCharts();
else addEventListener("load", fetchCharts, { once: true });

document.addEventListener("htmx:after:swap", fetchCharts);
